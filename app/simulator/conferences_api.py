"""The carrier's Conferences and Participants: who is in, mute, hold, remove, dial in, announce, end."""

import time
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import calls, chores, departures, meetings, placing
from app.simulator.calls import Call, CallOrder
from app.simulator.calls_api import call_of, seconds_in
from app.simulator.meetings import Conference, Participant
from app.simulator.messages_api import only_for_the_account
from app.simulator.parts import simulator
from app.simulator.refusals import Refusal, refuse
from app.simulator.twiml import Verb
from app.simulator.wire import answer, is_web_address, mail_date, older_page, page_size, page_token

MARK = "PACF"

api = Blueprint("conferences_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)


@api.get("/Conferences.json")
def listing() -> Response:
    """The newest conferences, by FriendlyName and Status."""
    with simulator().storage.reading() as connection:
        rows = meetings.matching(
            connection, name=request.args.get("FriendlyName"), status=request.args.get("Status"), before=page_token(MARK),
            limit=page_size() + 1,
        )  # fmt: skip
    return older_page(rows, "conferences", lambda one: f"{MARK}{one.id}", shown)


@api.get("/Conferences/<sid>.json")
def one(sid: str) -> Response:
    """One conference."""
    return answer(shown(conference_of(sid)))


@api.post("/Conferences/<sid>.json")
def update(sid: str) -> Response:
    """End it with Status=completed, or announce what AnnounceUrl says."""
    conference = _running(sid)
    if "AnnounceUrl" in request.form:
        _announce(conference, None)
    elif request.form.get("Status") == "completed":
        with simulator().exchange.board() as board:
            meetings.end(board, meetings.by_id(board.connection, conference.id), "conference-ended-via-api")
    else:
        raise refuse(20001, what="A conference can be ended with Status=completed, or hear an AnnounceUrl, nothing else")
    return answer(shown(conference_of(sid)))


@api.get("/Conferences/<sid>/Participants.json")
def participants(sid: str) -> Response:
    """Who is in it, and who is being dialled in."""
    conference = conference_of(sid)
    with simulator().storage.reading() as connection:
        rows = [(place, call) for place, call in meetings.members(connection, conference.id)]
        rows += [(_expected(conference, call), call) for call in calls.on_the_way_to(connection, conference.id)]
    wanted = {name: request.args.get(name) for name in ("Muted", "Hold")}
    rows = [
        (place, call) for place, call in rows
        if wanted["Muted"] in {None, str(place.muted).lower()} and wanted["Hold"] in {None, str(place.held).lower()}
    ]  # fmt: skip
    return older_page(rows, "participants", lambda pair: f"{MARK}{pair[0].id}", lambda pair: shown_participant(conference, *pair))


@api.post("/Conferences/<sid>/Participants.json")
def dial_in(sid: str) -> Response:
    """Dial a phone into the conference of that id or name."""
    form = request.form
    parts = simulator()
    asks = {
        "to": sid, "participantLabel": form.get("Label", ""), "muted": form.get("Muted", "false"),
        "startConferenceOnEnter": form.get("StartConferenceOnEnter", "true"),
        "endConferenceOnExit": form.get("EndConferenceOnExit", "false"),
        "statusCallback": form.get("ConferenceStatusCallback", ""),
        "statusCallbackEvent": " ".join(form.getlist("ConferenceStatusCallbackEvent")),
        "record": "record-from-start" if form.get("ConferenceRecord") in {"true", "record-from-start"} else "",
        "recordingStatusCallback": form.get("ConferenceRecordingStatusCallback", ""),
    }  # fmt: skip
    try:
        with parts.exchange.board() as board:
            known = meetings.by_sid(board.connection, sid)
            if known is not None and known.ended is not None:
                raise refuse(20404, path=request.path)
            conference = known or meetings.found(board, sid, asks)
            order = CallOrder(
                to=form.get("To", ""), sender=form.get("From", ""), status_callback=form.get("StatusCallback", ""),
                events=tuple(form.getlist("StatusCallbackEvent")) or ("completed",), ring_seconds=float(seconds_in("Timeout", 60)),
                longest=seconds_in("TimeLimit", 0) or None, label=form.get("Label", ""), joins=conference.id,
                script=(Verb("dial", targets=[asks | {"kind": "conference", "to": conference.name}]),),
            )  # fmt: skip
            call, fate = placing.place(board, order)
    except Refusal as refusal:
        parts.network.traffic.note(refusal)
        raise
    parts.exchange.open()
    if fate.refusal is not None:
        raise refuse(fate.refusal)
    return answer(shown_participant(conference, _expected(conference, call), call), 201)


@api.get("/Conferences/<sid>/Participants/<call_sid>.json")
def participant(sid: str, call_sid: str) -> Response:
    """One participant."""
    return answer(shown_participant(*_place(sid, call_sid)))


@api.post("/Conferences/<sid>/Participants/<call_sid>.json")
def change(sid: str, call_sid: str) -> Response:
    """Mute, hold, or announce something to one participant, or let the conference outlive them."""
    conference, _place_then, call = _place(sid, call_sid)
    form = request.form
    if "AnnounceUrl" in form:
        _announce(conference, call)
    if "EndConferenceOnExit" in form:
        with simulator().exchange.board() as board:
            meetings.outlive(board.connection, call.id, ends=form["EndConferenceOnExit"].lower() == "true")
    for name, column in (("Muted", "muted"), ("Hold", "held")):
        if name in form:
            with simulator().exchange.board() as board:
                place = meetings.place_of(board.connection, call.id)
                if place is None:
                    raise refuse(20404, path=request.path)
                meetings.change(
                    board, meetings.by_id(board.connection, conference.id), place, call, column, on=form[name].lower() == "true"
                )
    return answer(shown_participant(*_place(sid, call_sid)))


@api.delete("/Conferences/<sid>/Participants/<call_sid>.json")
def remove(sid: str, call_sid: str) -> Response:
    """Have a participant leave: their script goes on, or their call ends."""
    _conference, _place_then, call = _place(sid, call_sid)
    with simulator().exchange.board() as board:
        meetings.leave(board, call, "removed_via_api")
        now = board.now(call.id)
        if now is not None and now.suspended is not None and (now.suspended["action"] or now.suspended["rest"]):
            board.resume(now, {"DialCallStatus": "completed"})
        elif now is not None:
            departures.end(board, now, "completed", "school")
    return Response(status=204)


def _announce(conference: Conference, call: Call | None) -> None:
    url = request.form["AnnounceUrl"]
    if not is_web_address(url):
        raise refuse(21205, url=url)
    with simulator().exchange.board() as board:
        chores.add(board.connection, chores.ANNOUNCE, conference.id, time.time(), {"url": url} | ({"call": call.id} if call else {}))


def conference_of(sid: str) -> Conference:
    """The conference of an address. Raises Refusal."""
    with simulator().storage.reading() as connection:
        found = meetings.by_sid(connection, sid)
    if found is None:
        raise refuse(20404, path=request.path)
    return found


def _running(sid: str) -> Conference:
    conference = conference_of(sid)
    if conference.ended is not None:
        raise refuse(20404, path=request.path)
    return conference


def _place(sid: str, call_sid: str) -> tuple[Conference, Participant, Call]:
    conference, call = _running(sid), call_of(call_sid)
    with simulator().storage.reading() as connection:
        place = meetings.place_of(connection, call.id)
    if place is None or place.conference_id != conference.id:
        raise refuse(20404, path=request.path)
    return conference, place, call


def _expected(conference: Conference, call: Call) -> Participant:
    return Participant(
        0, conference.id, call.id, call.label, muted=False, held=False, starts=True, ends=False, joined=call.created, left=None
    )


def shown(conference: Conference) -> dict[str, Any]:
    """A conference in the carrier's words."""
    account = simulator().settings.account_sid
    uri = f"/2010-04-01/Accounts/{account}/Conferences/{conference.sid}"
    return {
        "account_sid": account, "api_version": "2010-04-01", "sid": conference.sid, "friendly_name": conference.name,
        "status": conference.status, "region": "us1", "reason_conference_ended": conference.reason,
        "call_sid_ending_conference": conference.ended_by, "date_created": mail_date(conference.created),
        "date_updated": mail_date(conference.ended or conference.created), "uri": f"{uri}.json", "subresource_uris": {},
    }  # fmt: skip


def shown_participant(conference: Conference, place: Participant, call: Call) -> dict[str, Any]:
    """A participant in the carrier's words."""
    account = simulator().settings.account_sid
    status = "connected" if call.answered is not None else {"ringing": "ringing"}.get(call.status, "queued")
    return {
        "account_sid": account, "call_sid": call.sid, "conference_sid": conference.sid, "label": place.label or None,
        "muted": place.muted, "hold": place.held, "coaching": False, "call_sid_to_coach": None,
        "start_conference_on_enter": place.starts, "end_conference_on_exit": place.ends, "status": status, "queue_time": "0",
        "date_created": mail_date(place.joined), "date_updated": mail_date(place.joined),
        "uri": f"/2010-04-01/Accounts/{account}/Conferences/{conference.sid}/Participants/{call.sid}.json",
    }  # fmt: skip

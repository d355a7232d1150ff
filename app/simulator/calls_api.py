"""The carrier's Calls resource: place, list, look up, lead elsewhere, end."""

import time
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import calls
from app.simulator.calls import INBOUND, Call, CallOrder
from app.simulator.lost_answers import lose_connection
from app.simulator.messages_api import only_for_the_account
from app.simulator.parts import simulator
from app.simulator.refusals import Refusal, refuse
from app.simulator.wire import answer, is_web_address, mail_date, moment, older_page, page_size, page_token

MARK = "PACA"
MOST_SECONDS = {"Timeout": 600, "TimeLimit": 86_400}
KEYS = "0123456789*#"

api = Blueprint("calls_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)


@api.post("/Calls.json")
def create() -> Response:
    """Have a phone ring."""
    parts = simulator()
    faults = parts.network.faults
    with parts.network.traffic.one_more():
        try:
            for share, code in ((faults.busy_rate, 20429), (faults.error_rate, 20500)):
                if parts.network.happens(share):
                    raise refuse(code)
            call, fate = parts.exchange.place(_order())
        except Refusal as refusal:
            parts.network.traffic.note(refusal)
            raise
        if faults.latency_max > 0:
            time.sleep(parts.network.random.uniform(min(faults.latency_min, faults.latency_max), faults.latency_max))
        if fate.loses_answer or parts.network.happens(faults.lost_answer_rate):
            return lose_connection(faults.lost_answer_seconds)
    if fate.refusal is not None:
        raise refuse(fate.refusal)
    return answer(shown(call), 201)


def _order() -> CallOrder:
    form = request.form
    if "Twiml" in form or "ApplicationSid" in form:
        raise refuse(20001, what="This simulated network asks the address in Url for the script of a call, and nothing else")
    is_beside = form.get("AsyncAmd") == "true"
    detects = form.get("MachineDetection", "") in {"Enable", "DetectMessageEnd"}
    keys = form.get("SendDigits", "")
    if keys.strip(KEYS + "wW"):
        raise refuse(20001, what="SendDigits holds digits, *, # and w")
    return CallOrder(
        to=form.get("To", ""), sender=form.get("From", ""), url=form.get("Url", ""), status_callback=form.get("StatusCallback", ""),
        events=tuple(form.getlist("StatusCallbackEvent")) or ("completed",), detects=detects and not is_beside,
        ring_seconds=float(seconds_in("Timeout", 60)), longest=seconds_in("TimeLimit", 0) or None,
        detection_url=form.get("AsyncAmdStatusCallback", "") if is_beside and detects else "",
        tape_callback=form.get("RecordingStatusCallback", "") if form.get("Record") == "true" else None,
    )  # fmt: skip


def seconds_in(name: str, usual: int) -> int:
    """A number of seconds in the form."""
    given = request.form.get(name, "")
    if given and (not given.isdigit() or not 0 < int(given) <= MOST_SECONDS[name]):
        raise refuse(20001, what=f"{name} is a number of seconds from 1 to {MOST_SECONDS[name]}")
    return int(given) if given else usual


@api.get("/Calls.json")
def listing() -> Response:
    """The newest calls, by To, From, Status and StartTime."""
    args = request.args
    after = args.get("StartTime>")
    parent = call_of(args["ParentCallSid"]) if "ParentCallSid" in args else None
    with simulator().storage.reading() as connection:
        rows = calls.matching(
            connection, to=args.get("To"), sender=args.get("From"), status=args.get("Status"),
            since=moment(after)[0] if after else None, before=page_token(MARK), parent_id=parent.id if parent else None,
            limit=page_size() + 1,
        )  # fmt: skip
    return older_page(rows, "calls", lambda call: f"{MARK}{call.id}", shown)


@api.get("/Calls/<sid>.json")
def one(sid: str) -> Response:
    """One call."""
    return answer(shown(call_of(sid)))


@api.post("/Calls/<sid>.json")
def update(sid: str) -> Response:
    """Lead a call elsewhere with Url, or end it: Status=completed whoever is on the line, Status=canceled only while nobody is."""
    call, wanted, url = call_of(sid), request.form.get("Status", ""), request.form.get("Url", "")
    if url:
        if call.is_over or call.answered is None:
            raise refuse(21220)
        if not is_web_address(url):
            raise refuse(21205, url=url)
        simulator().exchange.redirect(call, url)
        return answer(shown(call_of(sid)))
    if wanted not in {"completed", "canceled"}:
        raise refuse(20001, what="A call can be ended with Status=completed or Status=canceled, or led to another Url, nothing else")
    if call.is_over or (wanted == "canceled" and call.answered is not None):
        raise refuse(21220)
    simulator().exchange.hang_up(call, by="school")
    return answer(shown(call_of(sid)))


def call_of(sid: str) -> Call:
    """The call of an address. Raises Refusal."""
    with simulator().storage.reading() as connection:
        call = calls.by_sid(connection, sid)
    if call is None:
        raise refuse(20404, path=request.path)
    return call


def shown(call: Call) -> dict[str, Any]:
    """A call in the carrier's words."""
    account = simulator().settings.account_sid
    sender, to = (call.handset, call.school) if call.direction == INBOUND else (call.school, call.handset)
    with simulator().storage.reading() as connection:
        parent = calls.by_id(connection, call.parent_id) if call.parent_id is not None else None
    uri = f"/2010-04-01/Accounts/{account}/Calls/{call.sid}"
    return {
        "account_sid": account,
        "annotation": None,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": mail_date(call.created),
        "date_updated": mail_date(call.ended or call.answered or call.created),
        "direction": call.direction,
        "duration": str(call.seconds) if call.ended is not None else None,
        "end_time": mail_date(call.ended),
        "forwarded_from": None,
        "from": sender,
        "from_formatted": sender,
        "group_sid": None,
        "parent_call_sid": parent.sid if parent else None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": mail_date(call.answered or call.ended),
        "status": call.status,
        "subresource_uris": {},
        "to": to,
        "to_formatted": to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }

"""Conferences: who is in, who may be heard, and what the school is told of it, in the carrier's words and order."""

import sqlite3
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Self

from app.simulator import calls, tapes
from app.simulator.board import Board
from app.simulator.calls import MEETING, Call
from app.simulator.messages import new_sid
from app.simulator.twiml import Verb

RUNNING, WAITS, OVER = "in-progress", "init", "completed"
ENOUGH_TO_START = 2
ASKED_AS = {
    "conference-start": "start", "conference-end": "end", "participant-join": "join", "participant-leave": "leave",
    "participant-mute": "mute", "participant-unmute": "mute", "participant-hold": "hold", "participant-unhold": "hold",
    "announcement-end": "announcement", "announcement-fail": "announcement",
}  # fmt: skip
"""Which word of statusCallbackEvent asks for an event."""


@dataclass(frozen=True, slots=True)
class Conference:
    """A conference as the network keeps it."""

    id: int
    sid: str
    name: str
    status: str
    status_callback: str
    events: str
    records: bool
    recording_callback: str
    most: int
    sequence: int
    created: float
    ended: float | None
    reason: str | None
    ended_by: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The conference in `row`."""
        values = dict(row)
        return cls(**values | {"records": bool(values["records"])})


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a conference. `ends` means that it is over when they leave."""

    id: int
    conference_id: int
    call_id: int
    label: str
    muted: bool
    held: bool
    starts: bool
    ends: bool
    joined: float
    left: float | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The participant in `row`."""
        values = dict(row)
        return cls(**values | {name: bool(values[name]) for name in ("muted", "held", "starts", "ends")})


def by_sid(connection: sqlite3.Connection, sid: str) -> Conference | None:
    """The conference with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM conferences WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Conference.of(row)


def by_id(connection: sqlite3.Connection, conference_id: int) -> Conference:
    """The conference with our id."""
    return Conference.of(connection.execute("SELECT * FROM conferences WHERE id = ?", (conference_id,)).fetchone())


def open_by_name(connection: sqlite3.Connection, name: str) -> Conference | None:
    """The conference of that name that is not over."""
    row = connection.execute("SELECT * FROM conferences WHERE name = ? AND ended IS NULL ORDER BY id DESC LIMIT 1", (name,)).fetchone()
    return None if row is None else Conference.of(row)


def matching(
    connection: sqlite3.Connection, *, name: str | None, status: str | None, before: int | None, limit: int
) -> list[Conference]:  # fmt: skip
    """The newest conferences that fit, older than the id `before`."""
    rows = connection.execute(
        "SELECT * FROM conferences WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR id < ?3)"
        " ORDER BY id DESC LIMIT ?4",
        (name, status, before, limit),
    )
    return [Conference.of(row) for row in rows]


def found(board: Board, name: str, asks: dict[str, str]) -> Conference:
    """The conference of that name; the first who comes decides what is told of it."""
    known = open_by_name(board.connection, name)
    if known is not None:
        return known
    row = board.connection.execute(
        "INSERT INTO conferences (sid, name, status, status_callback, events, records, recording_callback, most, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (new_sid("CF"), name, WAITS, asks.get("statusCallback", ""), asks.get("statusCallbackEvent", ""),
         asks.get("record") == "record-from-start", asks.get("recordingStatusCallback", ""), int(asks.get("maxParticipants") or 250),
         board.at),
    ).fetchone()  # fmt: skip
    return Conference.of(row)


def members(connection: sqlite3.Connection, conference_id: int) -> list[tuple[Participant, Call]]:
    """Who is in, in the order in which they came."""
    rows = connection.execute("SELECT * FROM participants WHERE conference_id = ? AND left IS NULL ORDER BY id", (conference_id,))
    present = [Participant.of(row) for row in rows.fetchall()]
    pairs = [(one, calls.by_id(connection, one.call_id)) for one in present]
    return [(one, call) for one, call in pairs if call is not None]


def place_of(connection: sqlite3.Connection, call_id: int) -> Participant | None:
    """Where a call is in a conference, if it is."""
    row = connection.execute(
        "SELECT * FROM participants WHERE call_id = ? AND left IS NULL ORDER BY id DESC LIMIT 1", (call_id,)
    ).fetchone()
    return None if row is None else Participant.of(row)


def outlive(connection: sqlite3.Connection, call_id: int, *, ends: bool) -> None:
    """Whether a conference is over once this call leaves it."""
    connection.execute("UPDATE participants SET ends = ? WHERE call_id = ? AND left IS NULL", (ends, call_id))


def enter(board: Board, call: Call, target: dict[str, str], rest: list[Verb], action: str) -> None:
    """A call's script brings it into a conference."""
    conference = found(board, target["to"], target)
    present = members(board.connection, conference.id)
    if len(present) >= conference.most:
        board.note(call, "trouble", "the conference is full")
        board.suspend(call, MEETING, rest, action=action)
        board.resume(board.now(call.id) or call, {"DialCallStatus": "failed"})
        return
    board.suspend(call, MEETING, rest, action=action)
    row = board.connection.execute(
        "INSERT INTO participants (conference_id, call_id, label, muted, starts, ends, joined) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (conference.id, call.id, target.get("participantLabel") or call.label, target.get("muted") == "true",
         target.get("startConferenceOnEnter") != "false", target.get("endConferenceOnExit") == "true", board.at),
    ).fetchone()  # fmt: skip
    board.note(call, "joined", conference.name)
    newcomer = Participant.of(row)
    conference = tell(board, conference, "participant-join", call, newcomer)
    everybody = [*present, (newcomer, call)]
    if conference.status == WAITS and len(everybody) >= ENOUGH_TO_START and any(one.starts for one, _call in everybody):
        board.connection.execute("UPDATE conferences SET status = ? WHERE id = ?", (RUNNING, conference.id))
        tell(board, by_id(board.connection, conference.id), "conference-start", call)
        if conference.records:
            tapes.start(board, call, source="Conference", conference_id=conference.id, callback=conference.recording_callback)


def leave(board: Board, call: Call, reason: str = "participant_hung_up") -> bool:
    """A call is in its conference no more. False if it was in none. Ends the conference where that was asked, or nobody is left."""
    place = place_of(board.connection, call.id)
    if place is None:
        return False
    board.connection.execute("UPDATE participants SET left = ? WHERE id = ?", (board.at, place.id))
    conference = tell(board, by_id(board.connection, place.conference_id), "participant-leave", call, place, ReasonParticipantLeft=reason)
    if conference.ended is not None:
        return True
    if place.ends:
        end(board, conference, "participant-with-end-conference-on-exit-left", call)
    elif not members(board.connection, conference.id):
        end(board, conference, "last-participant-left", call)
    return True


def end(board: Board, conference: Conference, reason: str, by: Call | None = None) -> None:
    """Everybody leaves; their scripts go on, or their calls end."""
    board.connection.execute(
        "UPDATE conferences SET status = ?, ended = ?, reason = ?, ended_by = ? WHERE id = ?",
        (OVER, board.at, reason, by.sid if by else None, conference.id),
    )
    left = members(board.connection, conference.id)
    for place, call in left:
        leave(board, call, "conference_ended_via_api" if by is None else "moderator_ended_conference")
        if not call.is_over and call.phase == MEETING and (by is None or call.id != by.id):
            board.resume(call, {"DialCallStatus": "completed"})
        del place
    last = by or (left[-1][1] if left else None)
    if last is not None:
        tapes.stop_all(board, conference_id=conference.id)
        more = {"ReasonConferenceEnded": reason} | ({"CallSidEndingConference": by.sid} if by else {})
        tell(board, by_id(board.connection, conference.id), "conference-end", last, None, **more)


def change(board: Board, conference: Conference, place: Participant, call: Call, column: str, *, on: bool) -> None:
    """Mute or hold somebody, or take that back. To ask for what is so already tells nobody anything."""
    if getattr(place, column) == on:
        return
    board.connection.execute(f"UPDATE participants SET {column} = ? WHERE id = ?", (on, place.id))  # noqa: S608  # nosec B608
    word = {("muted", True): "mute", ("muted", False): "unmute", ("held", True): "hold", ("held", False): "unhold"}[column, on]
    board.note(call, word)
    fresh = place_of(board.connection, call.id)
    tell(board, by_id(board.connection, conference.id), f"participant-{word}", call, fresh)


def tell(board: Board, conference: Conference, event: str, call: Call, place: Participant | None = None, **more: str) -> Conference:
    """Tell the school of an event, if it asked for it; each has its number in any case."""
    sequence = conference.sequence + 1
    board.connection.execute("UPDATE conferences SET sequence = ? WHERE id = ?", (sequence, conference.id))
    form = {
        "ConferenceSid": conference.sid, "FriendlyName": conference.name, "SequenceNumber": str(sequence), "StatusCallbackEvent": event,
        "Timestamp": formatdate(board.at, usegmt=True),
    }  # fmt: skip
    if place is not None:
        form |= {
            "CallSid": call.sid, "Muted": _said(place.muted), "Hold": _said(place.held), "Coaching": "false",
            "EndConferenceOnExit": _said(place.ends), "StartConferenceOnEnter": _said(place.starts),
        }  # fmt: skip
        form |= {"ParticipantLabel": place.label} if place.label else {}
    if ASKED_AS[event] in conference.events.split():
        board.post(call, event, conference.status_callback, form | more)
    return by_id(board.connection, conference.id)


def _said(value: Any) -> str:
    return "true" if value else "false"

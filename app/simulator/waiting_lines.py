"""Lines of waiting calls: who is in, how long, and who takes the first."""

import sqlite3
from dataclasses import dataclass
from typing import Any, Self

from app.simulator import calls
from app.simulator.board import Board
from app.simulator.calls import ASKING, BRIDGED, WAITING, Call
from app.simulator.messages import new_sid
from app.simulator.twiml import Verb

MOST = 100
PAUSE_BETWEEN_ROUNDS = 2.0


@dataclass(frozen=True, slots=True)
class Queue:
    """A line."""

    id: int
    sid: str
    name: str
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The line in `row`."""
        return cls(**dict(row))


@dataclass(frozen=True, slots=True)
class Member:
    """A call in a line."""

    id: int
    queue_id: int
    call_id: int
    wait_url: str
    since: float
    left: float | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The member in `row`."""
        return cls(**dict(row))


def by_sid(connection: sqlite3.Connection, sid: str) -> Queue | None:
    """The line with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM queues WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Queue.of(row)


def every(connection: sqlite3.Connection) -> list[Queue]:
    """All lines."""
    return [Queue.of(row) for row in connection.execute("SELECT * FROM queues ORDER BY id")]


def found(connection: sqlite3.Connection, name: str, at: float) -> Queue:
    """The line of that name, made where there is none."""
    connection.execute("INSERT OR IGNORE INTO queues (sid, name, created) VALUES (?, ?, ?)", (new_sid("QU"), name, at))
    return Queue.of(connection.execute("SELECT * FROM queues WHERE name = ?", (name,)).fetchone())


def members(connection: sqlite3.Connection, queue_id: int) -> list[Member]:
    """Who waits, first come first."""
    rows = connection.execute("SELECT * FROM queue_members WHERE queue_id = ? AND left IS NULL ORDER BY id", (queue_id,))
    return [Member.of(row) for row in rows.fetchall()]


def average_wait(connection: sqlite3.Connection, queue_id: int) -> int:
    """How long those waited who wait no more."""
    row = connection.execute("SELECT AVG(left - since) AS wait FROM queue_members WHERE queue_id = ? AND left IS NOT NULL", (queue_id,))
    return int(row.fetchone()["wait"] or 0)


def place_of(connection: sqlite3.Connection, call_id: int) -> Member | None:
    """Where a call waits, if it does."""
    row = connection.execute("SELECT * FROM queue_members WHERE call_id = ? AND left IS NULL", (call_id,)).fetchone()
    return None if row is None else Member.of(row)


def enter(board: Board, call: Call, verb: Verb, rest: list[Verb]) -> None:
    """A call's script has it wait."""
    queue = found(board.connection, verb.words or "default", board.at)
    action, wait_url = verb.asks.get("action", ""), verb.asks.get("waitUrl", "")
    if len(members(board.connection, queue.id)) >= MOST:
        board.suspend(call, WAITING, rest, action=action)
        board.resume(board.now(call.id) or call, {"QueueResult": "queue-full", "QueueSid": queue.sid, "QueueTime": "0"})
        return
    board.connection.execute(
        "INSERT INTO queue_members (queue_id, call_id, wait_url, since) VALUES (?, ?, ?, ?)", (queue.id, call.id, wait_url, board.at)
    )
    board.note(call, "waits", queue.name)
    board.suspend(call, WAITING, rest, action=action)
    agent = _who_waits_for_it(board, queue)
    if agent is not None:
        connect(board, agent, call)
    else:
        entertain(board, call)


def entertain(board: Board, call: Call, *, pause: bool = False) -> None:
    """Ask what a waiting call hears, again and again; without an address it is music."""
    member = place_of(board.connection, call.id)
    if member is None or not member.wait_url:
        board.change(call, phase=WAITING, due=None)
        return
    due = board.at + board.scaled(PAUSE_BETWEEN_ROUNDS if pause else 0.0)
    board.change(call, phase=ASKING, url=member.wait_url, due=due, gather=None, keys="", said_along=words_for(board, member))


def words_for(board: Board, member: Member) -> dict[str, str]:
    """What the question for the waiting script says of the line."""
    queue = Queue.of(board.connection.execute("SELECT * FROM queues WHERE id = ?", (member.queue_id,)).fetchone())
    present = members(board.connection, queue.id)
    position = next((place for place, one in enumerate(present, 1) if one.id == member.id), 0)
    return {
        "QueueSid": queue.sid, "QueueTime": str(int(board.passed(member.since))), "QueuePosition": str(position),
        "AvgQueueTime": str(average_wait(board.connection, queue.id)), "CurrentQueueSize": str(len(present)), "MaxQueueSize": str(MOST),
    }  # fmt: skip


def leave(board: Board, call: Call, result: str) -> dict[str, str] | None:
    """A call waits no more; what its action is told, or None if it did not wait."""
    member = place_of(board.connection, call.id)
    if member is None:
        return None
    said = words_for(board, member)
    board.connection.execute("UPDATE queue_members SET left = ? WHERE id = ?", (board.at, member.id))
    return {"QueueResult": result, "QueueSid": said["QueueSid"], "QueueTime": said["QueueTime"]}


def serve(board: Board, agent: Call, name: str, rest: list[Verb], action: str) -> None:
    """A call takes the first of a line, or waits for one to come."""
    queue = found(board.connection, name, board.at)
    board.suspend(agent, BRIDGED, rest, action=action, said_along={"queue": name})
    first = next((call for one in members(board.connection, queue.id) if (call := board.now(one.call_id)) is not None), None)
    if first is not None:
        connect(board, board.now(agent.id) or agent, first)


def connect(board: Board, agent: Call, caller: Call) -> None:
    """Let the two talk."""
    said: dict[str, Any] = leave(board, caller, "bridged") or {}
    board.change(agent, peer_id=caller.id, said_along={})
    board.change(caller, phase=BRIDGED, peer_id=agent.id, due=None, script=[], gather=None, said_along=said)
    for one, other in ((agent, caller), (caller, agent)):
        board.note(one, "connected", other.handset)


def _who_waits_for_it(board: Board, queue: Queue) -> Call | None:
    rows = board.connection.execute("SELECT * FROM calls WHERE phase = ? AND peer_id IS NULL AND ended IS NULL ORDER BY id", (BRIDGED,))
    return next((call for call in map(calls.Call.of, rows.fetchall()) if call.said_along.get("queue") == queue.name), None)

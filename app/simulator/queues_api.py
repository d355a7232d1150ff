"""The carrier's Queues and their Members: who waits, and taking somebody out of a line."""

import time
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import calls, departures, waiting_lines
from app.simulator.messages_api import only_for_the_account
from app.simulator.parts import simulator
from app.simulator.refusals import refuse
from app.simulator.waiting_lines import Member, Queue
from app.simulator.wire import answer, is_web_address, mail_date, older_page

MARK = "PAQU"
FRONT = "Front"

api = Blueprint("queues_api", __name__, url_prefix="/2010-04-01/Accounts/<account>")
api.url_value_preprocessor(only_for_the_account)


@api.post("/Queues.json")
def create() -> Response:
    """Make a line."""
    name = request.form.get("FriendlyName", "")
    if not name:
        raise refuse(20001, what="FriendlyName is missing")
    with simulator().storage.transaction() as connection:
        queue = waiting_lines.found(connection, name, time.time())
    return answer(shown(queue), 201)


@api.get("/Queues.json")
def listing() -> Response:
    """All lines."""
    with simulator().storage.reading() as connection:
        rows = waiting_lines.every(connection)
    return older_page(rows, "queues", lambda queue: f"{MARK}{queue.id}", shown)


@api.get("/Queues/<sid>.json")
def one(sid: str) -> Response:
    """One line."""
    return answer(shown(_queue(sid)))


@api.get("/Queues/<sid>/Members.json")
def members(sid: str) -> Response:
    """Who waits, first come first."""
    queue = _queue(sid)
    with simulator().storage.reading() as connection:
        rows = list(enumerate(waiting_lines.members(connection, queue.id), 1))
    return older_page(rows, "queue_members", lambda pair: f"{MARK}{pair[1].id}", lambda pair: shown_member(queue, *pair))


@api.get("/Queues/<sid>/Members/<call_sid>.json")
def member(sid: str, call_sid: str) -> Response:
    """One who waits; Front is the first."""
    return answer(shown_member(_queue(sid), *_member(sid, call_sid)))


@api.post("/Queues/<sid>/Members/<call_sid>.json")
def take(sid: str, call_sid: str) -> Response:
    """Take somebody out of the line, to do what Url says."""
    queue, url = _queue(sid), request.form.get("Url", "")
    if not is_web_address(url):
        raise refuse(21205, url=url)
    position, waiting = _member(sid, call_sid)
    described = shown_member(queue, position, waiting)
    with simulator().exchange.board() as board:
        call = board.now(waiting.call_id)
        if call is None or waiting_lines.place_of(board.connection, call.id) is None:
            raise refuse(20404, path=request.path)
        departures.redirect(board, call, url)
    return answer(described)


def _queue(sid: str) -> Queue:
    with simulator().storage.reading() as connection:
        queue = waiting_lines.by_sid(connection, sid)
    if queue is None:
        raise refuse(20404, path=request.path)
    return queue


def _member(sid: str, call_sid: str) -> tuple[int, Member]:
    queue = _queue(sid)
    with simulator().storage.reading() as connection:
        waiting = list(enumerate(waiting_lines.members(connection, queue.id), 1))
        call = calls.by_sid(connection, call_sid)
    for position, one in waiting:
        if call_sid == FRONT or (call is not None and one.call_id == call.id):
            return position, one
    raise refuse(20404, path=request.path)


def shown(queue: Queue) -> dict[str, Any]:
    """A line in the carrier's words."""
    account = simulator().settings.account_sid
    with simulator().storage.reading() as connection:
        size, wait = len(waiting_lines.members(connection, queue.id)), waiting_lines.average_wait(connection, queue.id)
    return {
        "account_sid": account, "sid": queue.sid, "friendly_name": queue.name, "current_size": size, "average_wait_time": wait,
        "max_size": waiting_lines.MOST, "date_created": mail_date(queue.created), "date_updated": mail_date(queue.created),
        "uri": f"/2010-04-01/Accounts/{account}/Queues/{queue.sid}.json", "subresource_uris": {},
    }  # fmt: skip


def shown_member(queue: Queue, position: int, waiting: Member) -> dict[str, Any]:
    """Somebody who waits, in the carrier's words."""
    account = simulator().settings.account_sid
    with simulator().storage.reading() as connection:
        call = calls.by_id(connection, waiting.call_id)
    sid = call.sid if call else ""
    return {
        "queue_sid": queue.sid, "call_sid": sid, "position": position, "wait_time": int(time.time() - waiting.since),
        "date_enqueued": mail_date(waiting.since),
        "uri": f"/2010-04-01/Accounts/{account}/Queues/{queue.sid}/Members/{sid}.json",
    }  # fmt: skip

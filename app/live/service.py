"""Tell browsers. A push is a row of the commit that made it true, and leaves after it; a lost one is caught up by its id."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import bindparam, delete, insert

from app.core.clock import now
from app.core.database import connection, db, open_events, transaction
from app.core.events import on, within
from app.core.prepared import Prepared
from app.extensions import socketio
from app.live import pieces, taps
from app.live.models import LiveEvent

KEPT = timedelta(days=2)
"""A browser that was away for longer reloads its page instead of catching up."""
Payload = dict[str, Any]
FEW = 8
"""Rows that one change writes all day: a text tells four audiences."""
_log = LiveEvent.__table__.c
_NEW = insert(LiveEvent).returning(_log.id, _log.audience, _log.name)


@dataclass(frozen=True, slots=True)
class Push:
    """What some audiences hear of one fact."""

    audiences: tuple[str, ...]
    name: str
    payload: Payload
    district_id: int
    brings: bool = False
    """Whether it brings the piece of the page that it changes, to whom that can be drawn for at once."""


@dataclass(slots=True)
class Pushed:
    """The pushes of a change: they enter the log with one statement at its end, and go out after the commit."""

    name: ClassVar[str] = "live.pushed"
    is_urgent: ClassVar[bool] = True
    pushes: list[Push] = field(default_factory=list)
    ids: list[list[int]] = field(default_factory=list)
    """Of the rows of each push, one for each audience, once they are written."""


def push(audiences: tuple[str, ...], name: str, payload: Payload, *, district_id: int, brings: bool = False) -> None:
    """Tell everybody in any of `audiences` ("conversation:<id>", "staff:<id>", "school:<id>") inside the running transaction.

    Whoever is in several of them hears it once. `payload` holds ids, versions and small states, never what somebody wrote:
    the browser asks for that itself, unless the push `brings` it (`pieces`; one audience only).
    """
    _push([Push(audiences, name, payload, district_id, brings)])


def push_all(pushes: Sequence[tuple[tuple[str, ...], str, Payload]], *, district_id: int) -> None:
    """The same for many (audiences, name, payload) at once."""
    _push([Push(audiences, name, payload, district_id) for audiences, name, payload in pushes])


def _push(pushes: Sequence[Push]) -> None:
    heard = [each for each in pushes if each.audiences]
    if not heard:
        return
    events = open_events()
    waiting = next((event for event in reversed(events) if isinstance(event, Pushed) and not event.ids), None)
    if waiting is None:
        waiting = Pushed()
        events.append(waiting)
    waiting.pushes += heard


@within(Pushed)
def write_down(pushed: Pushed) -> None:
    """Enter them into the log."""
    moment = now()
    rows = [
        {"district_id": each.district_id, "audience": audience, "name": each.name, "payload": each.payload, "at": moment}
        for each in pushed.pushes
        for audience in each.audiences
    ]
    written: Iterable[Any] = connection().execute(_NEW, rows) if len(rows) > FEW else _few(len(rows)).rows(_numbered(rows))
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, audience, name in written:
        numbers[audience, name].append(number)
    for found in numbers.values():  # databases need not answer in the order of the rows; smaller numbers were told first
        found.sort(reverse=True)
    pushed.ids = [[numbers[audience, each.name].pop() for audience in each.audiences] for each in pushed.pushes]


@cache
def _few(count: int) -> Prepared:
    """The same statement for so many rows."""
    table = LiveEvent.__table__
    values = [
        {column.key: bindparam(f"{column.key}_{row}", type_=column.type) for column in table.columns if column.key != "id"}
        for row in range(count)
    ]
    return Prepared(insert(LiveEvent).values(values).returning(_log.id, _log.audience, _log.name))


def _numbered(rows: list[Payload]) -> Payload:
    return {f"{name}_{row}": value for row, values in enumerate(rows) for name, value in values.items()}


@on(Pushed)
def emit(pushed: Pushed) -> None:
    """Send them to the sockets of their audiences, on this machine and, through Redis, on the others.

    The log has a row for each audience; the browser is told all their numbers, and drops each of them when it catches up.
    """
    for each, ids in zip(pushed.pushes, pushed.ids, strict=True):
        envelope = {"id": max(ids), "name": each.name, "audience": each.audiences[0], "payload": each.payload}
        if len(ids) > 1:
            envelope["ids"] = ids
        sockets = _takers_of(each, pushed.pushes) if each.brings else {}
        to = each.audiences[0] if len(each.audiences) == 1 else list(each.audiences)
        socketio.emit("event", envelope, to=to, skip_sid=list(sockets) or None)
        if sockets:
            pieces.bring(envelope, sockets)
        taps.tell(each.name, each.payload)


def _takers_of(push: Push, beside: Sequence[Push]) -> dict[str, str]:
    """For whom its piece is drawn. Where one commit changed much, pages ask once for all of it."""
    is_alone = sum(other.brings and other.audiences == push.audiences for other in beside) == 1
    return pieces.takers.of(push.audiences[0]) if is_alone else {}


def whisper(audience: str, name: str, payload: Payload, *, skip: str | None = None) -> None:
    """Tell something that nobody needs to catch up with, such as who is typing. `skip` is the teller's own socket."""
    socketio.emit(
        "event",
        {"id": 0, "name": name, "audience": audience, "payload": payload},
        to=audience,
        skip_sid=skip,
    )


def forget_old() -> None:
    """Drop pushes that no browser may ask for any more."""
    with transaction():
        db.session.execute(delete(LiveEvent).where(LiveEvent.at < now() - KEPT))

"""Tell browsers. A push is a row of the commit that made it true, and leaves after it; a lost one is caught up by its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import delete, insert

from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.events import on
from app.extensions import socketio
from app.live.models import LiveEvent

KEPT = timedelta(days=2)
"""A browser that was away for longer reloads its page instead of catching up."""
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push entered the log; it goes out after the commit."""

    name: ClassVar[str] = "live.pushed"
    event_ids: tuple[int, ...]
    """One for each audience."""
    audiences: tuple[str, ...]
    event: str
    payload: Payload


_NEW = insert(LiveEvent).returning(LiveEvent.id, sort_by_parameter_order=True)


def push(audiences: tuple[str, ...], name: str, payload: Payload, *, district_id: int) -> None:
    """Tell everybody in any of `audiences` ("conversation:<id>", "staff:<id>", "school:<id>") inside the running transaction.

    Whoever is in several of them hears it once. `payload` holds ids, versions and small states, never what somebody wrote:
    the browser asks for that itself.
    """
    push_all([(audiences, name, payload)], district_id=district_id)


def push_all(pushes: Sequence[tuple[tuple[str, ...], str, Payload]], *, district_id: int) -> None:
    """The same for many (audiences, name, payload) at once, with one statement."""
    rows = [
        {"district_id": district_id, "audience": audience, "name": name, "payload": payload}
        for audiences, name, payload in pushes
        for audience in audiences
    ]
    ids = iter(db.session.scalars(_NEW, rows).all())
    open_events().extend(Pushed(tuple(islice(ids, len(audiences))), audiences, name, payload) for audiences, name, payload in pushes)


@on(Pushed)
def emit(pushed: Pushed) -> None:
    """Send one push to the sockets of its audiences, on this machine and, through Redis, on the others.

    The log has a row for each audience; the browser is told all their numbers, and drops each of them when it catches up.
    """
    envelope = {"id": max(pushed.event_ids), "name": pushed.event, "audience": pushed.audiences[0], "payload": pushed.payload}
    if len(pushed.event_ids) > 1:
        envelope["ids"] = pushed.event_ids
    socketio.emit("event", envelope, to=pushed.audiences[0] if len(pushed.audiences) == 1 else list(pushed.audiences))


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

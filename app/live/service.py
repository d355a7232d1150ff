"""Tell browsers. A push is a row of the commit that made it true, and leaves after it; a lost one is caught up by its id."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import delete

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
    event_id: int
    audience: str
    event: str
    payload: Payload


def push(audience: str, name: str, payload: Payload, *, district_id: int) -> None:
    """Tell everybody in `audience` ("conversation:<id>", "staff:<id>", "school:<id>") inside the running transaction.

    `payload` holds ids, versions and small states, never what somebody wrote: the browser asks for that itself.
    """
    row = LiveEvent(district_id=district_id, audience=audience, name=name, payload=payload)
    db.session.add(row)
    db.session.flush()
    open_events().append(Pushed(row.id, audience, name, payload))


@on(Pushed)
def emit(pushed: Pushed) -> None:
    """Send one push to the sockets of its audience, on this machine and, through Redis, on the others."""
    envelope = {
        "id": pushed.event_id,
        "name": pushed.event,
        "audience": pushed.audience,
        "payload": pushed.payload,
    }
    socketio.emit("event", envelope, to=pushed.audience)


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

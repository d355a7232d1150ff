"""Has phones ring."""

from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite

from app.carrier.calls import OutboundCall
from app.carrier.voice_choice import calls_of
from app.config import Settings
from app.core.database import db
from app.core.events import Event
from app.delivery.clerk import outcome_of
from app.delivery.lines import Kind, LineClerk
from app.delivery.models import ON_THE_LINE, WAITING_CALL
from app.delivery.parcels import NotTried, Outcome, Parcel, Postponed, Result
from app.delivery.voice import placing
from app.delivery.voice.models import PlacedCall
from app.delivery.waiting import Candidate

log = structlog.get_logger()

SCRIPT = "/webhooks/twilio/voice/script"


def note_calls(rows: list[Candidate], at: datetime) -> None:
    """Write down each call. An attempt that was put back is begun anew."""
    insert = postgresql.insert(PlacedCall) if db.engine.dialect.name == "postgresql" else sqlite.insert(PlacedCall)
    values: list[dict[str, Any]] = [
        {
            "delivery_id": row.id, "attempt": row.attempts + 1, "contact_point_id": row.contact_point_id, "address": row.address,
            "placed_at": at,
        }
        for row in rows
    ]  # fmt: skip
    begun = insert.values(values)
    db.session.execute(
        begun.on_conflict_do_update(
            index_elements=["delivery_id", "attempt"],
            set_={"placed_at": begun.excluded.placed_at, "address": begun.excluded.address, "provider_id": None},
        )
    )


CALLS = Kind("calls", WAITING_CALL, ON_THE_LINE, note_calls, heeds_wishes=True)


class Caller(LineClerk):
    """Of calls."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        super().__init__(app, CALLS, most=settings.calls_at_once)
        self._script = settings.public_url.rstrip("/") + SCRIPT

    def _get_ready(self) -> None:
        calls_of(self._app)

    def _record(self, done: list[Result], stale: list[Parcel], events: list[Event], at: datetime) -> None:
        placing.record(done, stale, events, at)

    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Have one phone ring. Runs in a thread of the hand, without a transaction, and never raises."""
        if not self._has_time(parcel):
            return NotTried()
        try:
            carrier = calls_of(self._app)
        except Exception:
            log.exception("voice.not_placed", delivery_id=parcel.id)
            return Postponed(None, is_away=False)
        call = OutboundCall(parcel.to, parcel.sender, f"{self._script}?ref={parcel.reference}", parcel.reference)
        return outcome_of(lambda: carrier.place(call), parcel, lost="voice.answer_lost")

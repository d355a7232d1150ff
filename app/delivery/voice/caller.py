"""Has phones ring. One per worker process; any number of processes.

A claim is written before the call is placed: whatever dies in between is looked up (`lookups`).
"""

import structlog
from flask import Flask

from app.carrier.calls import OutboundCall
from app.carrier.voice_choice import calls_of
from app.config import Settings
from app.core.clock import now
from app.core.database import transaction
from app.delivery.clerk import Clerk, outcome_of
from app.delivery.loops import LONGEST_SLEEP
from app.delivery.parcels import NotTried, Outcome, Parcel, Postponed, Result
from app.delivery.voice import placing
from app.delivery.voice.claims import CallClaims, room_on_the_line, wake_at

log = structlog.get_logger()

MOST_PLACINGS = 16
"""Threads that talk to the carrier; a call itself needs none."""
FULL_PAUSE = 0.5
LONGEST_PLACING = 14.0
AWAY_PAUSE = 2.0
SCRIPT = "/webhooks/twilio/voice/script"


class Caller(Clerk[tuple[float, list[Parcel]]]):
    """Of calls."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        super().__init__(app, "delivery-caller", most_in_progress=MOST_PLACINGS)
        self._most = settings.calls_at_once
        self._script = settings.public_url.rstrip("/") + SCRIPT
        self._claims = CallClaims()
        self._is_ready = False

    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""
        if not self._is_ready and self._is_due():
            calls_of(self._app)  # loading its library would delay the first call, and crowd the second
            self._is_ready = True
        with self._turning:
            done, (pause, parcels) = self._exchange()
            self._hand.put(parcels)
        postponed = [outcome for _, outcome in done if isinstance(outcome, Postponed)]
        if postponed:
            self._hand.pause(max(AWAY_PAUSE, *(outcome.retry_after or 0.0 for outcome in postponed)))
        return pause

    def _on_result(self) -> None:
        self.wake()

    @staticmethod
    def _is_due() -> bool:
        at = now()
        due = wake_at(at)
        return due is not None and due <= at.timestamp() + FULL_PAUSE

    def _write(self, done: list[Result], stale: list[Parcel]) -> tuple[float, list[Parcel]]:
        at, parcels = now(), list[Parcel]()
        if done or stale:
            with transaction() as events:
                placing.record(done, stale, events, at)
        due = wake_at(at) if self._is_open else None
        if due is None:
            return LONGEST_SLEEP, parcels
        if due <= at.timestamp() + FULL_PAUSE:
            with transaction() as events:
                room = room_on_the_line(self._most)
                parcels = self._claims.claim(events, now(), room) if room > 0 else []
            due = wake_at(now())
        return (LONGEST_SLEEP if due is None else min(max(due - now().timestamp(), FULL_PAUSE / 2), LONGEST_SLEEP)), parcels

    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Have one phone ring. Runs in a thread of the hand, without a transaction, and never raises."""
        if now().timestamp() > parcel.leased_until - LONGEST_PLACING:
            return NotTried()
        try:
            carrier = calls_of(self._app)
        except Exception:
            log.exception("voice.not_placed", delivery_id=parcel.id)
            return Postponed(None, is_away=False)
        call = OutboundCall(parcel.to, parcel.sender, f"{self._script}?ref={parcel.reference}", parcel.reference)
        return outcome_of(lambda: carrier.place(call), parcel, lost="voice.answer_lost")

"""Has phones ring. One per worker process; any number of processes.

As with texts, a clerk (a `Loop`) claims and writes results in short transactions, and the threads of a `Hand` call the carrier
with no transaction open. A claim is written before the call is placed: whatever dies in between is looked up (`lookups`).
"""

import threading

import structlog
from flask import Flask

from app.carrier.calls import OutboundCall, VoiceCarrier
from app.carrier.choice import voice_of
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.hand import Hand
from app.delivery.loops import LONGEST_SLEEP, Loop
from app.delivery.parcels import Accepted, Lost, NotTried, Outcome, Parcel, Postponed, Refused, Result
from app.delivery.voice import placing
from app.delivery.voice.claims import CallClaims, room_on_the_line, wake_at

log = structlog.get_logger()

MOST_PLACINGS = 16
"""Threads that talk to the carrier; a call itself needs none."""
FULL_PAUSE = 0.5
STOP_SECONDS = 4.0
LONGEST_PLACING = 14.0
AWAY_PAUSE = 2.0
SCRIPT = "/webhooks/twilio/voice/script"


class Caller:
    """Start it, wake it when something entered the outbox, stop it."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        self._app = app
        self._most = settings.calls_at_once
        self._script = settings.public_url.rstrip("/") + SCRIPT
        self._claims = CallClaims()
        self._hand = Hand(self._place, most_in_progress=MOST_PLACINGS, told=self.wake)
        self._loop = Loop(app, "delivery-caller", self.turn)
        self._turning = threading.Lock()
        self._is_open = True
        self._is_ready = False

    def start(self) -> None:
        """Begin calling."""
        self._loop.start()

    def wake(self) -> None:
        """Something is due, or a call was placed, or is over."""
        self._loop.wake()

    def stop(self) -> None:
        """Begin no more calls, wait a moment for those that are being placed, and put back what was not."""
        self._is_open = False
        self._loop.stop()
        self._hand.close(STOP_SECONDS)
        with self._app.app_context():
            try:
                self._write(*self._hand.results())
            finally:
                db.session.remove()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in hand."""
        with self._turning:
            return self._hand.is_empty()

    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""
        if not self._is_ready and self._is_due():
            voice_of(self._app)  # loading its library would delay the first call, and crowd the second
            self._is_ready = True
        with self._turning:
            done, stale = self._hand.results()
            try:
                pause, parcels = self._write(done, stale)
            except BaseException:
                self._hand.give_back(done, stale)
                raise
            self._hand.put(parcels)
        postponed = [outcome for _, outcome in done if isinstance(outcome, Postponed)]
        if postponed:
            self._hand.pause(max(AWAY_PAUSE, *(outcome.retry_after or 0.0 for outcome in postponed)))
        return pause

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

    def _place(self, parcel: Parcel) -> Outcome:
        """Have one phone ring. Runs in a thread of the hand, without a transaction, and never raises."""
        if now().timestamp() > parcel.leased_until - LONGEST_PLACING:
            return NotTried()
        try:
            carrier = voice_of(self._app)
        except Exception:
            log.exception("voice.not_placed", delivery_id=parcel.id)
            return Postponed(None, is_away=False)
        return place(carrier, OutboundCall(parcel.to, parcel.sender, f"{self._script}?ref={parcel.reference}", parcel.reference), parcel)


def place(carrier: VoiceCarrier, call: OutboundCall, parcel: Parcel) -> Outcome:
    """Ask the carrier; whatever it raises becomes an outcome, and what nobody understands counts as lost."""
    try:
        return Accepted(carrier.place(call))
    except CarrierRefused as refusal:
        return Refused(refusal.code)
    except CarrierBusy as busy:
        return Postponed(busy.retry_after, busy.is_away)
    except CarrierUnreachable as error:
        log.warning("voice.answer_lost", delivery_id=parcel.id, attempt=parcel.attempt, problem=str(error))
        return Lost()
    except Exception:
        log.exception("voice.answer_lost", delivery_id=parcel.id, attempt=parcel.attempt)
        return Lost()

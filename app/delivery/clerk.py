"""What every dispatcher of the outbox has: a clerk that claims and writes, and a hand that speaks with the network.

The clerk (a `Loop`) claims what is due and writes results, always in short transactions; the threads of the `Hand` give things to
the carrier or the mail server, with no transaction open.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

import structlog
from flask import Flask

from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.core.clock import now
from app.core.database import db
from app.delivery.hand import Hand
from app.delivery.loops import Loop
from app.delivery.parcels import Accepted, Lost, Outcome, Parcel, Postponed, Refused, Result

log = structlog.get_logger()

STOP_SECONDS = 4.0
Claimed = TypeVar("Claimed")


class Clerk(ABC, Generic[Claimed]):
    """Start it, wake it when something entered the outbox, stop it."""

    def __init__(self, app: Flask, name: str, *, most_in_progress: int) -> None:
        """Build it; nothing runs yet."""
        self._app = app
        self._hand = Hand(self._hand_over, most_in_progress=most_in_progress, told=self._on_result)
        self._loop = Loop(app, name, self.turn)
        self._turning = threading.Lock()
        self._is_open = True

    @abstractmethod
    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""

    @abstractmethod
    def _write(self, done: list[Result], stale: list[Parcel]) -> Claimed:
        """Write results, put back what is stale, and claim what is due if there is room."""

    @abstractmethod
    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Give one to the network. Runs in a thread of the hand, without a transaction, and never raises."""

    def start(self) -> None:
        """Begin handing over."""
        self._loop.start()

    def wake(self) -> None:
        """Something is due, or due earlier than it was."""
        self._loop.wake()

    def stop(self) -> None:
        """Begin no more, wait a moment for what is in progress, and put back what never left."""
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
        """Whether nothing is in hand, or on its way there."""
        with self._turning:
            return self._hand.is_empty()

    def _on_result(self) -> None:
        if self._hand.how_many_results() == 1:
            self._loop.wake()

    def _exchange(self) -> tuple[list[Result], Claimed]:
        """What came back, written down, and what was claimed meanwhile. Nothing is lost if that fails. Only while turning."""
        done, stale = self._hand.results()
        try:
            return done, self._write(done, stale)
        except BaseException:
            self._hand.give_back(done, stale)
            raise


def outcome_of(ask: Callable[[], str], parcel: Parcel, *, lost: str) -> Outcome:
    """Call the carrier; whatever it raises becomes an outcome, and what nobody understands counts as lost, and is logged as `lost`."""
    try:
        return Accepted(ask())
    except CarrierRefused as refusal:
        return Refused(refusal.code, refusal.reason)
    except CarrierBusy as busy:
        return Postponed(busy.retry_after, busy.is_away)
    except CarrierUnreachable as error:
        log.warning(lost, delivery_id=parcel.id, attempt=parcel.attempt, problem=str(error))
        return Lost()
    except Exception:
        log.exception(lost, delivery_id=parcel.id, attempt=parcel.attempt)
        return Lost()


def work_until_idle(
    clerk: Clerk[Claimed], app: Flask, has_due: Callable[[datetime], bool], *, seconds: float, until: Callable[[], bool] | None
) -> None:
    """Hand over whatever is due, then return: for commands and tests. Raises TimeoutError."""
    clerk.start()
    limit = time.monotonic() + seconds
    try:
        while True:
            with app.app_context():
                is_done = not has_due(now()) and clerk.is_idle and (until is None or until())
                db.session.remove()
            if is_done:
                return
            if time.monotonic() > limit:
                raise TimeoutError("the outbox did not empty")
            time.sleep(0.01)
    finally:
        clerk.stop()

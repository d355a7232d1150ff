"""Hands events over to other systems. One per worker process; any number of processes.

The clerk (a `Loop`) writes results, takes up endpoints and reads what is due, in short transactions; the hand speaks with receivers,
with no transaction open. An event is claimed by nothing but its endpoint's owner: whatever dies in between is handed over once more,
under the same id.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.loops import Loop
from app.webhooks import due, ownership
from app.webhooks.errands import Errand, Receiver, Result
from app.webhooks.hand import Hand
from app.webhooks.ownership import Look, Owned
from app.webhooks.service.recording import record

GAP = 0.04
"""Seconds between two turns while things go on: what happened meanwhile shares a commit."""
LONGEST_PAUSE = 1.0
"""A wake-up may be lost."""
MOST_KNOWN = 2000
"""Receivers whose secrets need not be unsealed again."""
BETWEEN_REFRESHES = 0.5
MOST_IN_HAND = 20_000
"""Only memory sets this limit: many slow receivers together must not keep others waiting."""
STOP_SECONDS = 4.0


class Dispatcher:
    """Start it, wake it when an event entered the outbox, stop it."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        self._app = app
        self._hand = Hand(app, self._on_result)
        self._loop = Loop(app, "webhook-clerk", self.turn)
        self._owned: dict[int, Owned] = {}
        self._known: dict[int, Receiver] = {}
        self._in_hand: dict[int, set[int]] = defaultdict(set)
        self._many_in_hand = 0
        self._turning = threading.Lock()
        self._last_turn = self._refreshed = 0.0
        self._is_open = True

    def start(self) -> None:
        """Begin handing over."""
        self._hand.start()
        self._loop.start()

    def wake(self) -> None:
        """Something is due."""
        self._loop.wake()

    def stop(self) -> None:
        """Begin no more, wait a moment for what is on its way, and leave the endpoints to others."""
        self._is_open = False
        self._loop.stop()
        self._hand.close(STOP_SECONDS)
        with self._app.app_context():
            try:
                self._exchange(self._hand.results(), None, now())
            finally:
                db.session.remove()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in hand, or on its way there."""
        with self._turning:
            return not self._owned and not self._many_in_hand

    @property
    def owns_any(self) -> bool:
        """Whether some endpoint is this worker's now."""
        with self._turning:
            return bool(self._owned)

    def turn(self) -> float:
        """Write results, hand over what is due, and say in how many seconds to come again."""
        left = self._last_turn + GAP - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._last_turn = time.monotonic()
        with self._turning:
            at = now()
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            found = ownership.look(at, self._owned)
            release_connection()
            results = self._hand.results()
            if not (results or found.ids or self._owned):
                return _pause(found, at)
            try:
                errands, left_some = self._exchange(results, found if self._is_open else None, at)
            except BaseException:
                self._hand.give_back(results)
                self._owned.clear()  # what this memory says may be what was undone: take up anew
                raise
            self._put(errands)
        if left_some or len(found.ids) > ownership.CLAIMED_AT_ONCE:
            return 0.0  # one that came while it was ours was left to us by whoever was woken for it
        return _pause(found, at)

    def _exchange(self, results: list[Result], found: Look | None, at: datetime) -> tuple[list[Errand], bool]:
        """One commit. Returns what is to be handed over, and whether an endpoint was left."""
        in_hand = {number: set(ids) for number, ids in self._in_hand.items()}
        for result in results:
            in_hand.get(result.errand.receiver.id, set()).discard(result.errand.id)
        errands: list[Errand] = []
        owned_before = set(self._owned)
        with transaction():
            if self._owned and time.monotonic() - self._refreshed > BETWEEN_REFRESHES:
                ownership.refresh(self._owned, at, self._known)
                self._refreshed = time.monotonic()
            record(results, self._owned, at)
            if found is not None:
                if found.ids and self._many_in_hand < MOST_IN_HAND:
                    self._owned |= ownership.take(found, at, self._known)
                if self._owned and self._many_in_hand < MOST_IN_HAND:
                    errands = due.errands(self._owned, in_hand, at)
            busy = {number for number, ids in in_hand.items() if ids} | {errand.receiver.id for errand in errands}
            idle = [number for number in self._owned if number not in busy]
            ownership.leave(idle)
            due.settle(idle, at)
        self._hand.drop(owned_before - set(self._owned))
        for number in idle:
            del self._owned[number]
        for result in results:
            self._in_hand[result.errand.receiver.id].discard(result.errand.id)
            if not self._in_hand[result.errand.receiver.id]:
                del self._in_hand[result.errand.receiver.id]
        self._many_in_hand -= len(results)
        return errands, bool(idle)

    def _put(self, errands: list[Errand]) -> None:
        for errand in errands:
            self._in_hand[errand.receiver.id].add(errand.id)
        self._many_in_hand += len(errands)
        self._hand.put(errands)

    def _on_result(self) -> None:
        if self._hand.how_many_results() == 1:
            self._loop.wake()


def _pause(found: Look, at: datetime) -> float:
    if found.next_at is None:
        return LONGEST_PAUSE
    return min(max((found.next_at - at).total_seconds(), 0.0), LONGEST_PAUSE)


def run_until_idle(app: Flask, *, seconds: float = 10, until: Callable[[], bool] | None = None) -> None:
    """Hand over whatever is due, then return: for commands and tests. Raises TimeoutError."""
    dispatcher = Dispatcher(app)
    dispatcher.start()
    limit = time.monotonic() + seconds
    try:
        while True:
            with app.app_context():
                is_done = (until is None or until()) and dispatcher.is_idle and not ownership.look(now(), ()).ids
                db.session.remove()
            if is_done:
                return
            if time.monotonic() > limit:
                raise TimeoutError("the outbox did not empty")
            time.sleep(0.01)
    finally:
        dispatcher.stop()

"""Hands due deliveries to the carrier. One per worker process; any number of processes.

A claim is written before the call, its result after it: whatever dies in between is looked up by the reconciler.
"""

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask

from app.carrier.choice import carrier_of
from app.carrier.gateway import OutboundText
from app.config import Settings
from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import transaction
from app.delivery import claims, results
from app.delivery.clerk import Clerk, outcome_of, work_until_idle
from app.delivery.loops import LONGEST_SLEEP
from app.delivery.media_links import media_urls
from app.delivery.parcels import Accepted, NotTried, Outcome, Parcel, Postponed, Result

log = structlog.get_logger()

LEAST_ROOM, FIRST_ROOM, MOST_ROOM = 64, 256, 768
"""Parcels in hand: as many as leave in ROOM_SECONDS, between these. All of them are looked up when the process dies."""
ROOM_SECONDS = 0.4
RAN_DRY_SECONDS = 1.0
"""Where the hand had to wait for the clerk, it could have done more than it did. Less than a parcel may wait."""
URGENT_ROOM = 64
"""Urgent ones may be so many more."""
GAP = 0.05
"""Seconds between two turns of the clerk while things go on: what happened meanwhile shares a commit."""
LONGEST_CALL = 14.0
"""Connecting and reading, at their limits, and a little."""
AWAY_PAUSE = 1.0
LONGEST_AWAY_PAUSE = 30.0


class Dispatcher(Clerk[claims.Claimed]):
    """Of texts."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        super().__init__(app, "delivery-clerk", most_in_progress=settings.carrier_connections)
        self._claims = claims.Claims()
        self._hurry = threading.Event()
        self._last_turn = 0.0
        self._room = FIRST_ROOM
        self._away_pause = 0.0

    def wake(self) -> None:
        """Something is due, or due earlier than it was."""
        self._hurry.set()
        super().wake()

    def stop(self) -> None:
        """Begin no more hand-overs, wait a moment for those in progress, and put back what never left."""
        self._is_open = False
        self._hurry.set()
        super().stop()

    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""
        if self._last_turn == 0.0:
            carrier_of(self._app)  # loading its library would delay the first text
        left = self._last_turn + GAP - time.monotonic()
        if left > 0:
            self._hurry.wait(left)
        self._hurry.clear()
        since, self._last_turn = self._last_turn, time.monotonic()
        with self._turning:
            per_second = self._hand.how_many_results() / max(self._last_turn - since, GAP)
            seconds = ROOM_SECONDS if any(self._hand.waiting()) else RAN_DRY_SECONDS
            self._room = int(min(max((per_second * seconds + self._room) / 2, LEAST_ROOM), MOST_ROOM))
            done, claimed = self._exchange()
            self._hand.put(claimed.parcels)
        self._slow_down(done)
        if claimed.has_more:
            return GAP
        if claimed.wake_at is not None:
            return claimed.wake_at - now().timestamp()
        return LONGEST_SLEEP

    def _write(self, done: list[Result], stale: list[Parcel]) -> claims.Claimed:
        at = now()
        urgent, bulk = self._hand.waiting()
        bulk_room = max(0, self._room - urgent - bulk)
        urgent_room = max(0, self._room + URGENT_ROOM - urgent - bulk)
        may_claim = self._is_open and urgent_room > 0
        claimed = claims.Claimed()
        if done or stale or (may_claim and claims.has_due(at)):
            with transaction() as events:
                by_index()
                at = now()
                results.record(done, events, at, stale=stale)
                if may_claim:
                    claimed = self._claims.claim(events, at, urgent_room=urgent_room, bulk_room=bulk_room)
        next_due = None if claimed.has_more else claims.next_due(at)
        if next_due is not None:
            claimed.look_again(next_due)
        return claimed

    def _slow_down(self, done: list[Result]) -> None:
        """A carrier that is full or away is left alone for a while, by all."""
        pauses = [outcome for _, outcome in done if isinstance(outcome, Postponed)]
        if not pauses:
            if any(isinstance(outcome, Accepted) for _, outcome in done):
                self._away_pause = 0.0
            return
        self._away_pause = min(max(AWAY_PAUSE, 2 * self._away_pause), LONGEST_AWAY_PAUSE)
        asked = max((outcome.retry_after or 0.0 for outcome in pauses), default=0.0)
        is_away = any(outcome.is_away for outcome in pauses)
        self._hand.pause(max(asked, self._away_pause if is_away else 0.0))

    def _on_result(self) -> None:
        many = self._hand.how_many_results()
        is_worth_it = many >= self._room // 2
        if is_worth_it:
            self._hurry.set()
        if is_worth_it or many == 1:
            self._loop.wake()

    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Give one text to the carrier. Runs in a thread of the hand, without a transaction, and never raises."""
        if now().timestamp() > parcel.leased_until - LONGEST_CALL:
            return NotTried()
        try:
            carrier, text = carrier_of(self._app), self._text(parcel)
        except Exception:
            log.exception("delivery.not_handed_over", delivery_id=parcel.id)
            return Postponed(None, is_away=False)
        return outcome_of(lambda: carrier.send(text), parcel, lost="delivery.answer_lost")

    def _text(self, parcel: Parcel) -> OutboundText:
        urls: tuple[str, ...] = ()
        if parcel.media:
            with self._app.app_context():
                urls = media_urls(parcel.media)
        return OutboundText(parcel.to, parcel.sender, parcel.body, parcel.reference, urls, parcel.service_id)


def run_until_idle(app: Flask, *, seconds: float = 10, until: Callable[[], bool] | None = None) -> None:
    """Hand over whatever is due, then return: for commands and tests. Raises TimeoutError."""
    work_until_idle(Dispatcher(app), app, claims.has_due, seconds=seconds, until=until)

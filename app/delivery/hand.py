"""What a dispatcher holds: claimed deliveries waiting for their turn, and the threads that give them to the carrier.

Whoever wrote one text never waits behind an announcement: urgent parcels go first, and bulk leaves some room for them.
"""

import heapq
import math
import threading
import time
from collections.abc import Callable, Iterable
from itertools import count

from app.delivery.parcels import Outcome, Parcel, Postponed, Result

URGENT_ROOM = 8
"""Hand-overs in progress that bulk leaves free."""
FEWEST = 2
"""Threads for a carrier that answers at once; more would only wait for the processor."""
AT_FIRST = 32
"""Threads until the first answers tell how far away the carrier is."""
PER_MILLISECOND = 2
"""Further ones for each millisecond that it takes at best."""
MEMORY = 1.0
"""Seconds for which the best time counts, and as long again as the one before."""


Waiting = tuple[float, int, Parcel]
"""When it may go, which came first, and what."""


class Hand:
    """Safe to use from any thread."""

    def __init__(self, hand_over: Callable[[Parcel], Outcome], *, most_in_progress: int, told: Callable[[], None]) -> None:
        """`hand_over` calls the carrier; `told` is called when there are results to fetch."""
        self._hand_over, self._told, self._most = hand_over, told, most_in_progress
        self._lock = threading.Lock()
        self._lead, self._rest = threading.Condition(self._lock), threading.Condition(self._lock)
        self._urgent: list[Waiting] = []
        self._bulk: list[Waiting] = []
        self._behind: dict[tuple[str, str], list[Waiting]] = {}
        """Whoever is being written to, and what waits until that is over: texts to one phone keep their order."""
        self._stale: list[Parcel] = []
        self._results: list[Result] = []
        self._orders = count()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._has_lead = False
        self._in_progress = 0
        self._best, self._best_before, self._best_since = math.inf, math.inf, 0.0
        self._limit = min(AT_FIRST, most_in_progress)
        self._paused_until = 0.0
        self._ends = False

    def put(self, parcels: Iterable[Parcel]) -> None:
        """Take claimed parcels."""
        with self._lock:
            for parcel in parcels:
                self._push(parcel, parcel.ready_at, next(self._orders))
            self._call_somebody()

    def _push(self, parcel: Parcel, ready_at: float, order: int) -> None:
        heapq.heappush(self._bulk if parcel.is_bulk else self._urgent, (ready_at, order, parcel))

    def waiting(self) -> tuple[int, int]:
        """How many urgent and how many bulk parcels wait for their turn."""
        return len(self._urgent), len(self._bulk)

    def is_empty(self) -> bool:
        """Whether nothing waits, nothing is in progress and nothing is left to fetch."""
        with self._lock:
            return not (self._urgent or self._bulk or self._in_progress or self._results or self._stale)

    def results(self) -> tuple[list[Result], list[Parcel]]:
        """What came of hand-overs since the last call, and the parcels that grew stale."""
        with self._lock:
            results, self._results = self._results, []
            stale, self._stale = self._stale, []
        return results, stale

    def give_back(self, results: list[Result], stale: list[Parcel]) -> None:
        """Keep results that could not be written for the next time."""
        with self._lock:
            self._results[:0] = results
            self._stale[:0] = stale

    def how_many_results(self) -> int:
        """How many results wait to be fetched."""
        return len(self._results)

    def pause(self, seconds: float) -> None:
        """Hand nothing over for a while."""
        with self._lock:
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def close(self, seconds: float) -> None:
        """Begin no more hand-overs, wait for those in progress, and let everything that waited count as stale."""
        with self._lock:
            self._ends = True
            behind = [waiting for line in self._behind.values() for waiting in line]
            self._stale += [parcel for _, _, parcel in self._urgent + self._bulk + behind]
            self._urgent, self._bulk, self._behind = [], [], {pair: [] for pair in self._behind}
            self._lead.notify_all()
            self._rest.notify_all()
            threads = list(self._threads)
        limit = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, limit - time.monotonic()))

    def _call_somebody(self) -> None:
        """Have one thread look at what waits now. Holds the lock."""
        if self._ends or not (self._urgent or self._bulk):
            return
        if self._has_lead:
            self._lead.notify()
        elif self._idle:
            self._rest.notify()
        elif len(self._threads) < (self._most if self._urgent else self._limit):
            thread = threading.Thread(target=self._work, name=f"hand-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (parcel := self._take()) is not None:
            begun = time.monotonic()
            outcome = self._hand_over(parcel)
            self._done(parcel, outcome, begun)

    def _take(self) -> Parcel | None:
        """The next parcel whose turn it is; waits for it. None at the end."""
        with self._lock:
            while not self._ends:
                parcel, pause = self._pick(time.monotonic())
                if parcel is not None:
                    self._in_progress += 1
                    self._call_somebody()
                    return parcel
                self._idle += 1
                try:
                    self._await(pause)
                finally:
                    self._idle -= 1
            return None

    def _await(self, pause: float | None) -> None:
        """One idle thread watches the clock; the others wait to be called. Holds the lock."""
        if self._has_lead:
            self._rest.wait()
            return
        self._has_lead = True
        try:
            self._lead.wait(pause)
        finally:
            self._has_lead = False

    def _pick(self, at: float) -> tuple[Parcel | None, float | None]:
        """A parcel that may go at `at`, or in how many seconds to look again (None: when called). Holds the lock."""
        if at < self._paused_until:
            return None, self._paused_until - at
        soonest: float | None = None
        bulk_limit = max(1, self._limit - URGENT_ROOM) if self._limit > FEWEST else self._limit
        for queue, limit in ((self._urgent, self._most), (self._bulk, bulk_limit)):
            if self._in_progress >= limit:
                continue
            while queue and queue[0][0] <= at:
                waiting = heapq.heappop(queue)
                parcel = waiting[2]
                if at >= parcel.stale_at:
                    self._stale.append(parcel)
                    continue
                if parcel.pair in self._behind:
                    self._behind[parcel.pair].append(waiting)
                    continue
                wait = 0.0
                for lane in parcel.lanes:
                    wait = max(wait, lane.wait(parcel.weight, at))
                if wait > 0:
                    heapq.heappush(queue, (at + wait, waiting[1], parcel))
                    continue
                self._behind[parcel.pair] = []
                parcel.passages = [lane.begin(parcel.weight, at) for lane in parcel.lanes]
                return parcel, None
            if queue:
                soonest = queue[0][0] if soonest is None else min(soonest, queue[0][0])
        return None, None if soonest is None else max(soonest - at, 0.0)

    def _done(self, parcel: Parcel, outcome: Outcome, begun: float) -> None:
        ended = time.monotonic()
        with self._lock:
            if not isinstance(outcome, Postponed):
                self._learn(ended - begun, ended)
            for passage in parcel.passages:
                passage.end(ended, min(self._best, self._best_before))
            self._in_progress -= 1
            for ready_at, order, one in self._behind.pop(parcel.pair):
                self._push(one, ready_at, order)
            self._results.append((parcel, outcome))
        self._told()

    def _learn(self, seconds: float, at: float) -> None:
        """Judge from the quickest answers how many hand-overs the carrier's distance asks for at once. Holds the lock."""
        if at - self._best_since > MEMORY:
            self._best_before, self._best, self._best_since = self._best, math.inf, at
        self._best = min(self._best, seconds)
        best = min(self._best, self._best_before)
        self._limit = min(self._most, FEWEST + int(best * 1000 * PER_MILLISECOND))

"""Speaks with all receivers at once: a thread with a loop of its own, in which one that is slow costs nothing but its own turn."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from app.core.net_guard import Destination
from app.webhooks.addresses import check_now
from app.webhooks.errands import Errand, Result
from app.webhooks.lines import Line

LOOK_UPS = 32
"""Names that are looked up at the same time, each in a thread: systems know no other way."""
CONNECTIONS = 256
"""At the same time, of this process: below what systems let a process open, with room for its pages."""
BETWEEN_TIDYINGS = 5.0


class Hand:
    """Safe to use from any thread. Each errand comes back as a result."""

    def __init__(self, app: Flask, told: Callable[[], None]) -> None:
        """`told` is called when there are results to fetch."""
        self._app, self._told = app, told
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="webhook-hand", daemon=True)
        self._names = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="webhook-name")
        self._lines: dict[int, Line] = {}
        self._busy = 0
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._lock = threading.Lock()
        self._results: list[Result] = []
        self._in_hand = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, errands: Iterable[Errand]) -> None:
        """Hand these over."""
        many = list(errands)
        if many:
            with self._lock:
                self._in_hand += len(many)
            self._loop.call_soon_threadsafe(self._take, many)

    def drop(self, receivers: Iterable[int]) -> None:
        """Begin nothing more for these: they were paused, deleted, or are another worker's. What waited comes back untried."""
        many = list(receivers)
        if many:
            self._loop.call_soon_threadsafe(self._drop, many)

    def results(self) -> list[Result]:
        """What came back since the last call."""
        with self._lock:
            results, self._results = self._results, []
        return results

    def give_back(self, results: list[Result]) -> None:
        """Keep results that could not be written for the next time."""
        with self._lock:
            self._results[:0] = results

    def how_many_results(self) -> int:
        """How many wait to be fetched."""
        return len(self._results)

    def close(self, seconds: float) -> None:
        """Begin no more, and wait for what is on its way, but not for long: what is lost so is handed over once more."""
        limit = time.monotonic() + seconds
        self._loop.call_soon_threadsafe(self._clear)
        while self._in_hand and time.monotonic() < limit:
            time.sleep(0.02)
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(seconds)
        self._names.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_later(BETWEEN_TIDYINGS, self._tidy)
        try:
            self._loop.run_forever()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
        finally:
            self._loop.close()

    def _take(self, errands: list[Errand]) -> None:
        touched: set[Line] = set()
        for errand in errands:
            line = self._lines.get(errand.receiver.id)
            if line is None:
                line = self._lines[errand.receiver.id] = Line(self._look_up, self._done, self._share, self._slots)
            line.put(errand)
            touched.add(line)
        self._busy = sum(1 for line in self._lines.values() if line.is_busy)
        for line in touched:
            line.go_on()

    def _done(self, result: Result) -> None:
        with self._lock:
            self._results.append(result)
            self._in_hand -= 1
        self._told()

    def _share(self) -> int:
        """How many connections fall to each line; counted anew with each batch. A quarter of all stays free for who comes next."""
        return max(CONNECTIONS * 3 // 4 // max(self._busy, 1), 1)

    async def _look_up(self, url: str) -> Destination:
        return await self._loop.run_in_executor(self._names, self._check, url)

    def _check(self, url: str) -> Destination:
        with self._app.app_context():
            return check_now(url)

    def _drop(self, receivers: list[int]) -> None:
        for number in receivers:
            if number in self._lines:
                self._lines[number].clear()

    def _clear(self) -> None:
        for line in self._lines.values():
            line.clear()

    def _tidy(self) -> None:
        at = time.monotonic()
        for line in self._lines.values():
            line.tidy(at)
        self._lines = {number: line for number, line in self._lines.items() if not line.is_empty}
        self._loop.call_later(BETWEEN_TIDYINGS, self._tidy)

    def _end(self) -> None:
        for line in self._lines.values():
            line.tidy(0.0, all_of_it=True)
        self._loop.stop()

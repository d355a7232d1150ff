"""Speaks with all receivers at once: a thread with a loop of its own, in which one that is slow costs nothing but its own turn."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

from flask import Flask

from app.core.net_guard import Destination, UnknownHost
from app.webhooks.addresses import check_now
from app.webhooks.errands import Errand, Owner, Result
from app.webhooks.lines import LOOK_UP_SECONDS, Line
from app.webhooks.places import Places

LOOK_UPS = 32
"""Names that are looked up at the same time, each in a thread: systems know no other way."""
OF_AN_OWNER, AT_ONE_DOMAIN = 12, 4
"""Of them for one owner's names, and for those of one domain: who owns a domain decides how long each takes. Others may lie under the
same two last labels (`or.us`, `co.uk`), and must not wait for it."""
LEFT_ALONE = 60.0
"""Seconds after a name whose servers did not answer in time."""
BETWEEN_TIDYINGS = 5.0
Slots = tuple[asyncio.Semaphore, ...]


class Hand:
    """Safe to use from any thread. Each errand comes back as a result."""

    def __init__(self, app: Flask, told: Callable[[], None]) -> None:
        """`told` is called when there are results to fetch."""
        self._app, self._told = app, told
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="webhook-hand", daemon=True)
        self._names = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="webhook-name")
        self._lines: dict[int, Line] = {}
        self._slots: dict[tuple[Owner, str], asyncio.Semaphore] = {}
        self._silent: dict[str, float] = {}
        self._places = Places()
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
                line = self._lines[errand.receiver.id] = Line(
                    errand.receiver.owner, partial(self._look_up, errand.receiver.owner), self._done, self._places
                )
            line.put(errand)
            touched.add(line)
        self._places.count(line.owner for line in self._lines.values() if line.is_busy)
        for line in touched:
            line.go_on()

    def _done(self, result: Result) -> None:
        with self._lock:
            self._results.append(result)
            self._in_hand -= 1
        self._told()

    async def _look_up(self, owner: Owner, url: str) -> Destination:
        """An owner's names have a few threads, and one whose name servers are silent is left alone for a while."""
        host = _host(url)
        slots = self._slots_of((owner, _domain(host)), AT_ONE_DOMAIN), self._slots_of((owner, ""), OF_AN_OWNER)
        await _acquire(slots)
        if self._silent.get(host, 0.0) > time.monotonic():
            _release(slots)
            raise UnknownHost
        look = self._loop.run_in_executor(self._names, self._check, url)
        look.add_done_callback(partial(_looked, slots))
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await asyncio.shield(look)
        except TimeoutError as error:
            self._silent[host] = time.monotonic() + LEFT_ALONE
            raise UnknownHost from error

    def _slots_of(self, whose: tuple[Owner, str], many: int) -> asyncio.Semaphore:
        return self._slots.setdefault(whose, asyncio.Semaphore(many))

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
        self._silent = {place: until for place, until in self._silent.items() if until > at}
        if not self._lines:
            self._slots.clear()
        self._loop.call_later(BETWEEN_TIDYINGS, self._tidy)

    def _end(self) -> None:
        for line in self._lines.values():
            line.tidy(0.0, all_of_it=True)
        self._loop.stop()


async def _acquire(slots: Slots) -> None:
    """All of them, or none: whoever asked may be sent away while it waits."""
    held: list[asyncio.Semaphore] = []
    try:
        for each in slots:
            await each.acquire()
            held.append(each)
    except BaseException:
        _release(held)
        raise


def _release(slots: Iterable[asyncio.Semaphore]) -> None:
    for each in slots:
        each.release()


def _looked(slots: Slots, done: asyncio.Future[Destination]) -> None:
    _release(slots)
    if not done.cancelled():
        done.exception()  # who asked may have gone by then


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


def _domain(host: str) -> str:
    """The last two parts of a name, near enough to what somebody owns; an address is itself."""
    labels = host.split(".")
    return host if ":" in host or labels[-1].isdecimal() else ".".join(labels[-2:])

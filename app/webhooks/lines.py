"""One line for each receiver: what waits for it, its connections, and how many may be on their way at once.

It begins with two and doubles with each event that is taken, so a receiver that cannot stand many is not flooded. With the first
failure the line is cleared: one receiver's trouble occupies no more than what was on its way to it. The connections of the process
are shared out among the lines and their owners (`places`), so that many slow receivers leave room for the next.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime

import h11
import structlog

from app.core.clock import now
from app.core.net_guard import Destination, UnknownHost, UnsafeAddress
from app.webhooks.errands import Errand, Outcome, Owner, Problem, Result
from app.webhooks.places import Places
from app.webhooks.requests import request_of
from app.webhooks.wire import GoneStale, Reply, Wire

log = structlog.get_logger()

AT_FIRST, AT_MOST = 2, 16
LOOK_UP_SECONDS = 5.0
ADDRESS_KEPT = 5.0
"""Seconds for which a checked address is used for further connections."""
IDLE_SECONDS = 15.0
LookUp = Callable[[str], Awaitable[Destination]]
_OK, _REDIRECTS, _ERRORS = 200, 300, 400


class Line:
    """Lives in the hand's loop."""

    def __init__(self, owner: Owner, look_up: LookUp, told: Callable[[Result], None], places: Places) -> None:
        """Nothing waits yet."""
        self.owner, self._look_up, self._told, self._places = owner, look_up, told, places
        self._waiting: deque[Errand] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = AT_FIRST
        self._cleared = 0
        self._idle: list[Wire] = []
        self._checked: tuple[str, float, asyncio.Future[Destination]] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, is on its way, or is kept open."""
        return not (self._waiting or self._tasks or self._idle)

    @property
    def is_busy(self) -> bool:
        """Whether anything waits or is on its way."""
        return bool(self._waiting or self._tasks)

    def put(self, errand: Errand) -> None:
        """Let it wait for its turn; `go_on` begins."""
        self._waiting.append(errand)

    def clear(self) -> None:
        """Begin no more: what waits goes back, also what waits for a place."""
        self._cleared += 1
        while self._waiting:
            self._told(Result(self._waiting.popleft(), None))

    def tidy(self, at: float, *, all_of_it: bool = False) -> None:
        """Close connections that nobody used for a while."""
        for wire in [one for one in self._idle if all_of_it or at - one.idle_since > IDLE_SECONDS]:
            self._idle.remove(wire)
            wire.close()

    def go_on(self) -> None:
        """Begin as many as there is room for."""
        while self._waiting and len(self._tasks) < min(self._width, self._places.share(self.owner)):
            task = asyncio.get_running_loop().create_task(self._carry(self._waiting.popleft()))
            self._tasks.add(task)

    async def _carry(self, errand: Errand) -> None:
        """One of them. Whatever happens becomes an outcome."""
        begun = self._cleared
        try:
            async with self._places.one(errand.receiver):
                if begun != self._cleared:
                    self._told(Result(errand, None))
                    return
                outcome = await self._attempt(errand)
            self._width = 1 if outcome.is_the_receivers else min(2 * self._width, AT_MOST)
            if outcome.is_the_receivers:
                self.clear()
            self._told(Result(errand, outcome))
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.discard(task)
            self.go_on()

    async def _attempt(self, errand: Errand) -> Outcome:
        begun_at, begun = now(), time.monotonic()
        reply, problem = None, None
        try:
            reply = await self._ask(errand, begun_at)
        except UnknownHost:
            problem = Problem.NO_NAME
        except UnsafeAddress:
            problem = Problem.INSIDE
        except ssl.SSLError:
            problem = Problem.TLS
        except _NotConnectedInTime:
            problem = Problem.NOT_CONNECTED_IN_TIME
        except TimeoutError:
            problem = Problem.NO_ANSWER_IN_TIME
        except _NotReached:
            problem = Problem.NOT_REACHED
        except (OSError, h11.ProtocolError, GoneStale):
            problem = Problem.BROKEN
        except Exception:  # it has to end as something, or the event would be in hand for ever
            log.exception("webhooks.attempt_failed", event_id=errand.uuid)
            problem = Problem.OURS
        milliseconds = int((time.monotonic() - begun) * 1000)
        if reply is None:
            return Outcome(begun_at, milliseconds, None, problem)
        return Outcome(begun_at, milliseconds, reply.status, _judged(reply.status), reply.excerpt, reply.asked_for)

    async def _ask(self, errand: Errand, at: datetime) -> Reply:
        while self._idle:
            wire = self._idle.pop()
            if wire.url != errand.receiver.url:  # another has its number by now
                wire.close()
                continue
            try:
                return await self._over(wire, errand, at)
            except GoneStale:
                continue
        destination = await self._destination(errand.receiver.url)
        try:
            wire = await Wire.to(destination)
            wire.url = errand.receiver.url
        except TimeoutError as error:
            raise _NotConnectedInTime from error
        except ssl.SSLError:
            raise
        except OSError as error:
            raise _NotReached from error
        return await self._over(wire, errand, at)

    async def _over(self, wire: Wire, errand: Errand, at: datetime) -> Reply:
        target, headers, body = request_of(errand, wire.destination, at)
        reply = await wire.ask(errand.receiver.method, target, headers, body)
        if wire.is_open and len(self._idle) >= self._places.share(self.owner):
            wire.close()
        if wire.is_open:
            wire.idle_since = time.monotonic()
            self._idle.append(wire)
        return reply

    async def _destination(self, url: str) -> Destination:
        """Where to connect. Those who ask at the same time share a look."""
        at = time.monotonic()
        known = self._checked
        if known is None or known[0] != url or at - known[1] > ADDRESS_KEPT:
            look = asyncio.ensure_future(self._look_up(url))
            look.add_done_callback(lambda done: done.cancelled() or done.exception())  # who asked may have gone by then
            known = self._checked = (url, at, look)
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await asyncio.shield(known[2])
        except TimeoutError as error:
            raise UnknownHost from error


class _NotConnectedInTime(Exception):
    pass


class _NotReached(Exception):
    pass


def _judged(status: int) -> Problem | None:
    if _OK <= status < _REDIRECTS:
        return None
    return Problem.REDIRECT if _REDIRECTS <= status < _ERRORS else Problem.STATUS

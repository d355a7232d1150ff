"""Connections of the process, shared out: nobody has so many that others wait.

Who makes endpoints decides how many there are, so a share for each endpoint alone would give all to whoever makes most.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.webhooks.errands import Owner, Receiver

CONNECTIONS = 256
"""At the same time, of this process: below what systems let a process open, with room for its pages."""
OF_A_BEARER, OF_A_DISTRICT, TO_A_HOST = 32, 128, 64
OF_A_DISTRICT_TO_A_HOST = TO_A_HOST * 3 // 4
"""Many districts have their news go to one vendor's host: one of them whose receivers there are slow leaves the others a quarter."""


@dataclass(slots=True)
class _Room:
    """What one owner or host has, while anybody is in it or waits for it."""

    free: asyncio.Semaphore
    users: int = 0


class Places:
    """Lives in the hand's loop."""

    def __init__(self) -> None:
        """Nobody has any."""
        self._all = asyncio.Semaphore(CONNECTIONS)
        self._rooms: dict[tuple[object, ...], _Room] = {}
        self._busy: Counter[Owner] = Counter()

    @asynccontextmanager
    async def one(self, receiver: Receiver) -> AsyncIterator[None]:
        """A place for one event. Waits for those of its own first, so that whoever waits there takes none from others."""
        rooms = {key: self._rooms.setdefault(key, _Room(asyncio.Semaphore(most))) for key, most in _limits(receiver)}
        for room in rooms.values():
            room.users += 1
        try:
            async with AsyncExitStack() as held:
                for room in rooms.values():
                    await held.enter_async_context(room.free)
                await held.enter_async_context(self._all)
                yield
        finally:
            for key, room in rooms.items():
                room.users -= 1
                if not room.users:
                    del self._rooms[key]

    def count(self, busy: Iterable[Owner]) -> None:
        """Take note of who has lines with something to do, one entry for each line."""
        self._busy = Counter(busy)

    def share(self, owner: Owner) -> int:
        """How many fall to each line of this owner. A quarter of all stays free for who comes next."""
        of_one = OF_A_DISTRICT if owner.bearer_id is None else OF_A_BEARER
        of_owner = min(CONNECTIONS * 3 // 4 // max(len(self._busy), 1), of_one)
        return max(of_owner // max(self._busy[owner], 1), 1)


def _limits(receiver: Receiver) -> Iterator[tuple[tuple[object, ...], int]]:
    owner, parts = receiver.owner, urlsplit(receiver.url)
    if owner.bearer_id is not None:
        yield ("bearer", owner.bearer_id), OF_A_BEARER
    yield ("district", owner.district_id), OF_A_DISTRICT
    yield ("host", parts.scheme, parts.netloc, owner.district_id), OF_A_DISTRICT_TO_A_HOST
    yield ("host", parts.scheme, parts.netloc), TO_A_HOST

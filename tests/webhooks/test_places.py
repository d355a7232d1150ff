"""How the connections of a process are shared out."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from app.webhooks import places
from app.webhooks.errands import Owner, Receiver
from app.webhooks.places import Places


def receiver(bearer: int | None, *, district: int = 1, host: str = "a.example") -> Receiver:
    return Receiver(1, 0, f"https://{host}/in", "POST", "courier", None, (), Owner(district, bearer))


async def taken(shared: Places, held: AsyncExitStack, one: Receiver, wanted: int) -> int:
    """How many of `wanted` connections are given at once."""
    entered = 0
    for _ in range(wanted):
        try:
            async with asyncio.timeout(0.01):
                await held.enter_async_context(shared.one(one))
        except TimeoutError:
            break
        entered += 1
    return entered


def test_neither_a_bearer_nor_a_district_nor_a_host_has_all() -> None:
    async def look() -> list[int]:
        shared = Places()
        async with AsyncExitStack() as held:
            found = [await taken(shared, held, receiver(number), 100) for number in (1, 2, 3)]
            found += [await taken(shared, held, receiver(number, host=f"{number}.example"), 100) for number in (4, 5, 6)]
            found += [await taken(shared, held, receiver(None, district=2, host=f"{number}.example"), 100) for number in (7, 8, 9)]
            found.append(await taken(shared, held, receiver(None, district=3, host="b.example"), 100))
        async with AsyncExitStack() as held:
            return [*found, await taken(shared, held, receiver(1), 100)]

    whole, host = places.OF_A_BEARER, places.OF_A_DISTRICT_TO_A_HOST
    assert asyncio.run(look()) == [whole, host - whole, 0, whole, whole, 128 - host - 2 * whole, host, host, 128 - 2 * host, 0, whole]


def test_a_district_with_slow_receivers_at_a_host_leaves_others_a_part_of_it() -> None:
    async def look() -> list[int]:
        shared = Places()
        async with AsyncExitStack() as held:
            return [await taken(shared, held, receiver(number, district=where), 100) for where, number in ((1, 1), (1, 2), (2, 3), (3, 4))]

    assert asyncio.run(look()) == [32, 16, 16, 0]


@pytest.mark.parametrize(("busy", "share"), [([1], 32), ([1] * 32, 1), ([1] * 500, 1), ([1, 2, 3, 4, 5, 6, 7, 8], 24), ([None], 128)])
def test_lines_of_one_owner_share_what_falls_to_it(busy: list[int | None], share: int) -> None:
    shared = Places()
    shared.count(Owner(1, each) for each in busy)
    assert shared.share(Owner(1, busy[0])) == share

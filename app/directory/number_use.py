"""How many conversations run over each number. The room that keeps them brings the count."""

from collections.abc import Callable, Mapping

Counter = Callable[[int], Mapping[int, int]]
_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Bring a count of what runs over the numbers of a district, by number id. Called from a later room's init_app."""
    if counter not in _counters:
        _counters.append(counter)


def in_use(district_id: int) -> dict[int, int]:
    """By number id, how many conversations would lose their number."""
    found: dict[int, int] = {}
    for counter in _counters:
        for number_id, count in counter(district_id).items():
            found[number_id] = found.get(number_id, 0) + count
    return found

"""Facts and who hears them."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Flask

from app.core import events
from app.core.database import transaction


@dataclass(frozen=True)
class Counted:
    """Something that comes by the hundred."""

    name: ClassVar[str] = "thing.counted"
    number: int


@dataclass(frozen=True)
class Summed:
    """What the listener makes of many."""

    name: ClassVar[str] = "things.summed"
    total: int


def test_all_facts_of_a_commit_are_heard_at_once_and_those_that_follow_are_heard_too(app: Flask) -> None:
    heard: list[list[int]] = []
    sums: list[int] = []

    def add_up(facts: list[Counted]) -> None:
        heard.append([fact.number for fact in facts])
        facts_of_now.append(Summed(sum(heard[-1])))

    def note(fact: Summed) -> None:
        sums.append(fact.total)

    events.within_all(Counted)(add_up)
    events.within(Summed)(note)
    try:
        with transaction() as facts_of_now:
            facts_of_now += [Counted(1), Counted(2), Counted(3)]
        with transaction() as facts_of_now:
            facts_of_now.append(Counted(4))
    finally:
        events._within_all[Counted].remove(add_up)
        events._within[Summed].remove(note)
    assert (heard, sums) == ([[1, 2, 3], [4]], [6, 4])

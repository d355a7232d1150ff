"""How the adults of a family answer texts, as far as past ones tell. Another room has the texts; this one only asks and picks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.accounts.models import Staff


class PartOfDay(StrEnum):
    """When most answers come, on the family's clock."""

    MORNING = "morning"
    """From 5 o'clock."""
    AFTERNOON = "afternoon"
    """From noon."""
    EVENING = "evening"
    """From 17 o'clock, until night ends."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of one phone: how many texts asked for an answer there, how many got one, how soon and when."""

    asked: int
    answered: int
    usually: timedelta | None
    """The middle of the waiting times; None for too few answers."""
    best_time: PartOfDay | None
    """None where the answers are few, or spread over the day."""

    @property
    def mostly_answers(self) -> bool:
        """Whether a text is a good way at all."""
        return self.answered * 2 >= self.asked


Source = Callable[[Staff, Collection[int]], Mapping[int, Habit]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Bring the room that has the texts. Called from its init_app."""
    if source not in _sources:
        _sources.append(source)


def habits_of(staff: Staff, guardian_ids: Collection[int]) -> dict[int, Habit]:
    """The habits of these adults by contact point; only where enough is known to say anything."""
    found: dict[int, Habit] = {}
    for source in _sources if guardian_ids else []:
        found.update(source(staff, guardian_ids))
    return found

"""How much a family was written to in the last week, and by how many people: who writes next sees it. Other rooms do the counting."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import Staff
from app.core.clock import now

WEEK = timedelta(days=7)
MUCH = 7
"""More than one a day is a lot for one family."""
Sent = tuple[int | None, int]
"""A member of staff, and how many messages of theirs."""
Source = Callable[[Staff, Collection[int], datetime], Iterable[Sent]]
_sources: list[Source] = []


@dataclass(frozen=True, slots=True)
class Week:
    """The messages of the last seven days."""

    messages: int
    people: int

    @property
    def is_much(self) -> bool:
        """Whether the next one had better wait, or join another."""
        return self.messages > MUCH


def register(source: Source) -> None:
    """Bring a room that writes to families. What went to several adults of one family at once is one message."""
    if source not in _sources:
        _sources.append(source)


def last_week(staff: Staff, guardian_ids: Collection[int]) -> Week:
    """What went out to these adults, of everybody: numbers only, also where the reader may not see the words."""
    found: Counter[int | None] = Counter()
    for source in _sources if guardian_ids else ():
        for writer, number in source(staff, guardian_ids, now() - WEEK):
            found[writer] += number
    return Week(found.total(), len(found))

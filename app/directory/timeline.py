"""Everything with a family, in one list. Later rooms bring what happened with them; this one only puts it in order."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from heapq import merge

from app.accounts.models import Staff
from app.core.ids import row_number_or_none


class MomentKind(StrEnum):
    """What the timeline can be narrowed to."""

    TEXT = "text"
    CALL = "call"
    VOICEMAIL = "voicemail"
    FAX = "fax"
    ANNOUNCEMENT = "announcement"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with a moment: its address, that of the small one, and its size."""

    href: str
    source: str
    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MomentState:
    """What became of it: why not, or when it was opened."""

    trouble: str
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What became of it with one adult, in words with their tone and icon."""

    name: str
    states: list[tuple[str, str, str | None]]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. `sentence` is plain text in the reader's language; `quote` is what somebody wrote."""

    id: int
    at: datetime
    kind: MomentKind
    who: str
    sentence: str
    icon: str
    tone: str = ""
    quote: str = ""
    quote_language: str | None = None
    from_language: str | None = None
    href: str | None = None
    pictures: list[Picture] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    state: MomentState | None = None
    asks_for_reply: bool = False
    """The last word of its conversation, and it is the family's."""
    shares: list[Share] = field(default_factory=list)
    """Of what went to several adults at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which moments: of these guardians, of this kind, with these words, of one source those before this one."""

    guardian_ids: Collection[int]
    kind: MomentKind | None = None
    words: str = ""
    before_id: int | None = None
    limit: int = 30


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments, the newest first, and where the older ones begin, if there are some."""

    moments: list[Moment]
    older: str | None


Source = Callable[[Staff, Wanted], list[Moment]]
Count = Callable[[Staff, Collection[int]], tuple[int, datetime | None]]
_registered: list[tuple[Source, Count]] = []


def register(source: Source, count: Count) -> None:
    """Bring moments of a room, the newest first, and their number. Calls and faxes stand among the messages as events."""
    if (source, count) not in _registered:
        _registered.append((source, count))


def stretch(staff: Staff, wanted: Wanted, before: str = "") -> Stretch:
    """At most `wanted.limit` moments that this person may see, of all rooms. `before` is an earlier stretch's `older`."""
    if not wanted.guardian_ids:
        return Stretch([], None)
    begins = _begins(before)
    found = [
        [(moment, place) for moment in source(staff, replace(wanted, before_id=begins[place], limit=wanted.limit + 1))]
        for place, (source, _count) in enumerate(_registered)
    ]
    together = list(merge(*found, key=lambda each: each[0].at, reverse=True))
    shown = together[: wanted.limit]
    for moment, place in shown:
        begins[place] = moment.id
    older = "-".join(str(number or 0) for number in begins) if len(together) > len(shown) else None
    return Stretch([moment for moment, _place in shown], older)


def _begins(before: str) -> list[int | None]:
    """The last moment of each source that was shown already."""
    numbers = [row_number_or_none(part) or None for part in before.split("-")] if before else []
    return [numbers[place] if place < len(numbers) else None for place in range(len(_registered))]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many moments there are, and when the first was."""
    counted = [count(staff, guardian_ids) for _source, count in _registered] if guardian_ids else []
    return sum(number for number, _first in counted), min((first for _number, first in counted if first is not None), default=None)

"""Everything with a family, in one list. Later rooms bring what happened with them; this one only puts it in order."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.accounts.models import Staff


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which moments: of these guardians, of this kind, with these words, before this one."""

    guardian_ids: Collection[int]
    kind: MomentKind | None = None
    words: str = ""
    before_id: int | None = None
    limit: int = 30


Source = Callable[[Staff, Wanted], list[Moment]]
Count = Callable[[Staff, Collection[int]], tuple[int, datetime | None]]


@dataclass
class _Registered:
    source: Source | None = None
    count: Count | None = None


_registered = _Registered()


def register(source: Source, count: Count) -> None:
    """Bring the room that keeps the timeline's rows; calls, faxes and announcements stand among them as events."""
    _registered.source, _registered.count = source, count


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest moments that this person may see, at most `wanted.limit`, newest first."""
    return _registered.source(staff, wanted) if _registered.source and wanted.guardian_ids else []


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many moments there are, and when the first was."""
    return _registered.count(staff, guardian_ids) if _registered.count and guardian_ids else (0, None)

"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class AnnouncementChanged:
    """It was written, or is in another state."""

    name: ClassVar[str] = "announcement.changed"
    district_id: int
    announcement_id: int
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class AnnouncementProgressed:
    """Its numbers moved; at most once a second for each announcement, whatever its size."""

    name: ClassVar[str] = "announcement.progressed"
    district_id: int
    announcement_id: int


@dataclass(frozen=True, slots=True)
class AnnouncementDue:
    """There is work on an announcement for the runner: now, or from its time on."""

    name: ClassVar[str] = "announcement.due"
    announcement_id: int


@dataclass(frozen=True, slots=True)
class LettersOrdered:
    """Somebody wants letters on paper: a job makes them."""

    name: ClassVar[str] = "announcement.letters_ordered"
    letters_id: int

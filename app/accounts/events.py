"""The facts that this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Browsers were signed out; their open pages should say so at once."""

    name: ClassVar[str] = "staff.sessions_ended"
    staff_id: int
    session_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StaffScopeChanged:
    """Somebody has another role or other schools."""

    name: ClassVar[str] = "staff.scope_changed"
    staff_id: int


@dataclass(frozen=True, slots=True)
class ReadingMadePrivate:
    """Somebody keeps to themselves from now on what they read, and what they have read."""

    name: ClassVar[str] = "staff.reading_made_private"
    staff_id: int


@dataclass(frozen=True, slots=True)
class LinkIssued:
    """A link waits to be mailed."""

    name: ClassVar[str] = "staff.link_issued"
    link_id: int


@dataclass(frozen=True, slots=True)
class BearerLetIn:
    """Another system may ask from now on."""

    name: ClassVar[str] = "bearer.let_in"
    district_id: int
    bearer_id: int


@dataclass(frozen=True, slots=True)
class BearerRemoved:
    """Another system is let in no more."""

    name: ClassVar[str] = "bearer.removed"
    district_id: int
    bearer_id: int


@dataclass(frozen=True, slots=True)
class StaffStatusChanged:
    """Somebody joined, was let go, or came back. `how` says which: joined, deactivated or reactivated."""

    name: ClassVar[str] = "staff.status_changed"
    district_id: int
    staff_id: int
    status: str
    how: str

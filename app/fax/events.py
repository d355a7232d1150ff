"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FaxChanged:
    """One came, got a page or its words, moved on its way, or was read, assigned, filed, hidden, deleted."""

    name: ClassVar[str] = "fax.changed"
    district_id: int
    school_id: int | None
    fax_id: int
    staff_ids: tuple[int, ...]
    """To whom it is assigned or was until now, and who sends it."""
    version: int
    is_fresh: bool = False
    """It came just now."""


@dataclass(frozen=True, slots=True)
class PaperWaiting:
    """A fax or a file is to be fetched or drawn: a worker looks at once."""

    name: ClassVar[str] = "fax.paper_waiting"


@dataclass(frozen=True, slots=True)
class FaxReady:
    """All pages of a received fax can be seen. What happens to each that arrives begins here."""

    name: ClassVar[str] = "fax.ready"
    district_id: int
    fax_id: int


@dataclass(frozen=True, slots=True)
class LeaveWaiting:
    """A fax that goes out by itself has its pages, or never will: a worker sends it at once, or says why not."""

    name: ClassVar[str] = "fax.leave_waiting"


@dataclass(frozen=True, slots=True)
class ForwardWaiting:
    """A fax is to be sent on: a worker puts its document together at once."""

    name: ClassVar[str] = "fax.forward_waiting"

"""A delivery in the hands of a dispatcher, and what came of handing it over."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.delivery.lanes import Lane, Passage


@dataclass(slots=True)
class Parcel:
    """What the carrier needs, and when it may go. Moments are of the monotonic clock."""

    row: Any
    """The delivery's row when it was claimed."""
    id: int
    attempt: int
    """The fence: news of another attempt is not about this one."""
    to: str
    sender: str
    service_id: str | None
    body: str
    media: list[dict[str, Any]]
    weight: int
    is_bulk: bool
    lanes: tuple[Lane, ...]
    ready_at: float
    """Its turn in the sender's pace."""
    stale_at: float
    """Afterwards it is put back: what the gate said is too old."""
    leased_until: float
    """The end of the lease, in seconds since 1970: a call must be over by then, even when the machine slept."""
    pair: tuple[str, str] = field(init=False)
    """From whom to whom."""
    passages: list[Passage] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Join what is asked for together."""
        self.pair = (self.sender, self.to)

    @property
    def reference(self) -> str:
        """What every callback about this attempt carries."""
        return f"{self.row.uuid}.{self.attempt}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier does not want it."""

    code: str
    reason: str | None = None
    """What its adapter makes of that."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Surely not taken: later."""

    retry_after: float | None
    is_away: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows: to be looked up."""


@dataclass(frozen=True, slots=True)
class NotTried:
    """The lease ran out before the call: back to the outbox."""


Outcome = Accepted | Refused | Postponed | Lost | NotTried
Result = tuple[Parcel, Outcome]


def parse_reference(reference: str | None) -> tuple[UUID, int] | None:
    """The delivery and the attempt that a callback is about; None for what is no reference of ours."""
    text, _, attempt = (reference or "").partition(".")
    try:
        return UUID(text), int(attempt)
    except ValueError:
        return None

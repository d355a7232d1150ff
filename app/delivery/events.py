"""What happened to deliveries. An owner listens with `within`, so that its rows change in the same commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """A delivery moved on, came back for another try, is held, or became doubtful. Owners pick theirs by `owner_kind`.

    It is not announced while a dispatcher has it in hand (PROCESSING) and all goes well.
    """

    name: ClassVar[str] = "delivery.changed"
    district_id: int
    owner_kind: str
    owner_id: int
    delivery_id: int
    contact_point_id: int | None
    previous: str | None
    """The DeliveryState before; None when it was just made."""
    state: str
    error_code: str | None = None
    """A code of `carrier.error_codes`; also set on PENDING when it waits for another try."""
    due_at: datetime | None = None
    """When it is tried, while it is PENDING."""
    is_held: bool = False
    """Quiet hours hold it until `due_at`."""
    is_doubtful: bool = False
    """Nobody could say whether the carrier has it; a person decides."""
    reached: str | None = None
    """Who heard a call that is DELIVERED: person or voicemail."""
    is_retry: bool = False
    """Somebody had a failed one tried again: its owner starts over."""


@dataclass(frozen=True, slots=True)
class DeliveriesQueued:
    """Something entered the outbox, or is due earlier than it was: dispatchers look at it now."""

    name: ClassVar[str] = "deliveries.queued"
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DeliverySettled:
    """Somebody dealt with a failure; it needs no attention any more."""

    name: ClassVar[str] = "delivery.settled"
    owner_kind: str
    owner_id: int
    delivery_id: int

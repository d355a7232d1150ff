"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call, or one leg of it, looks different now."""

    name: ClassVar[str] = "call.changed"
    district_id: int
    call_id: int
    participant_id: int | None
    version: int
    """Of the call, after the change."""


@dataclass(frozen=True, slots=True)
class WishesWaiting:
    """Somebody wants something of a call: the worker may be woken, and finds it by itself otherwise."""

    name: ClassVar[str] = "call.wished"
    is_urgent: ClassVar[bool] = True
    call_id: int

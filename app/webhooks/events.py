"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EventsWaiting:
    """Something is to be told to other systems: a worker looks at once."""

    name: ClassVar[str] = "webhook.events_waiting"

"""What follows where an announcement does not arrive: after how long, and over which channels, one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.announcements.models import Channel

MINUTES = (5, 10, 15, 30, 60, 120, 240, 480, 1440)
"""To choose from; anything between the first and the last is taken."""


class Because(StrEnum):
    """What makes it go on."""

    UNREACHED = "unreached"
    """It did not arrive."""
    UNANSWERED = "unanswered"
    """It did not arrive, or nobody wrote back."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Counted for each person from when it was last handed over for them, by it or by the step before."""

    minutes: int
    over: tuple[str, ...]
    because: str = Because.UNREACHED
    since: datetime | None = None
    """When somebody decided it from the report: nobody's clock runs from before."""

    def document(self) -> dict[str, Any]:
        """As the announcement keeps it."""
        since = {"since": self.since.isoformat()} if self.since else {}
        return {"minutes": self.minutes, "over": list(self.over), "because": self.because} | since

    def without(self, channels: Iterable[str]) -> "Escalation | None":
        """The same without channels that were used already; None when no step is left."""
        left = tuple(name for name in self.over if name not in set(channels))
        return replace(self, over=left) if left else None


def read(document: Mapping[str, Any] | None) -> Escalation | None:
    """From its document or from a page; None for none, and for what cannot be one."""
    if not document:
        return None
    minutes, over = document.get("minutes"), document.get("over")
    if not isinstance(minutes, int) or not MINUTES[0] <= minutes <= MINUTES[-1] or not isinstance(over, list | tuple):
        return None
    known = tuple(dict.fromkeys(str(name) for name in over if name in set(Channel)))
    because = document.get("because")
    since = document.get("since")
    moment = datetime.fromisoformat(since) if since else None
    return Escalation(minutes, known, Because(because) if because in set(Because) else Because.UNREACHED, moment) if known else None

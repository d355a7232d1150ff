"""The ways an announcement can take. Each is an adapter that is asked for by name; what is not registered is not offered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from app.announcements.errors import ChannelAway
from app.announcements.models import Announcement, AnnouncementText, Channel


@dataclass(frozen=True, slots=True)
class SenderPool:
    """Who speaks: one scope of consent, and the numbers in it with their paces."""

    scope: str
    number_ids: tuple[int, ...]
    """None where no number speaks."""
    per_second: float
    """Units (segments of a text) that all of them may send together."""
    zone: str
    """For recipients of whom nothing better is known."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one copy takes: units for the pace, and its price in US cents."""

    units: int
    cents: Decimal
    at_least: bool = False
    """Fields are still open."""


class ChannelAdapter(Protocol):
    """One way to reach people."""

    name: str
    waiting: str
    """Its deliveries that wait, as SQL: one of the conditions in `app.delivery.models`."""
    tells_zone: bool
    """Whether an address says where its holder lives: phones do."""

    def is_address(self) -> ColumnElement[bool]:
        """The condition on `ContactPoint`: an address of the right kind at all."""
        ...

    def quality(self, scope: str) -> ColumnElement[int]:
        """Of such a `ContactPoint` for the senders in `scope`: one of the ranks in `verdicts`, smaller is better."""
        ...

    def place(self) -> ColumnElement[Any]:
        """Which of several usable `ContactPoint` of an adult comes first: a small number, the least is taken."""
        ...

    def refused(self, address: Any, district_id: Any, scope: str) -> ColumnElement[bool]:
        """Whether an address wants to hear nothing from `scope`."""
        ...

    def staff_address(self) -> ColumnElement[Any]:
        """The column of `Staff` with their address."""
        ...

    def pool(self, announcement: Announcement) -> SenderPool | None:
        """Who would speak; None when nobody can."""
        ...

    def weigh(self, text: AnnouncementText, district_settings: dict[str, Any]) -> Weight:
        """What one copy of `text` takes."""
        ...

    def details(self, announcement: Announcement, text: AnnouncementText, subject: str) -> dict[str, Any]:
        """What the outbox keeps beside the words of `text`, whose fields are filled in."""
        ...


_adapters: dict[str, ChannelAdapter] = {}


def register(adapter: ChannelAdapter) -> None:
    """Offer a channel. Called when the module with its adapter is imported."""
    _adapters[adapter.name] = adapter


def adapter(name: str) -> ChannelAdapter:
    """The adapter of a channel. Raises ChannelAway."""
    found = _adapters.get(name)
    if found is None:
        raise ChannelAway
    return found


def offered() -> list[str]:
    """The channels that work here, texts first."""
    return [str(name) for name in Channel if name in _adapters]

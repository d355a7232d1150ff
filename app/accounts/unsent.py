"""What other systems asked for and what has not left yet: each room that keeps such things brings a tray, and empties it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from babel.lists import format_list
from flask_babel import get_locale, ngettext

from app.accounts.models import Bearer, Staff
from app.core import beginnings

SHOWN = 20
BEGINNING = 60
_LAST = datetime.max.replace(tzinfo=UTC)


class Kind(StrEnum):
    """What it is, by the icon that stands before it. In the order in which they are counted."""

    TEXT = "message"
    BATCH = "users"
    EMAIL = "mail"
    ANNOUNCEMENT = "speakerphone"
    FAX = "printer"
    REMINDER = "video"


@dataclass(frozen=True, slots=True)
class Unsent:
    """One thing that waits, and when it would leave; `page` is where staff see it: a route, and what it is asked with."""

    kind: Kind
    what: str
    at: datetime | None = None
    page: tuple[str, Mapping[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Tray:
    """What one room keeps for a bearer."""

    kind: Kind
    count: Callable[[Bearer], int]
    first: Callable[[Bearer, int], list[Unsent]]
    """So many of them, the next first."""
    call_off: Callable[[Staff, Bearer, int], int]
    """In a transaction of its own, at most so many; returns how many will never leave. 0 where nothing is left that can be called off."""


@dataclass(frozen=True, slots=True)
class Pile:
    """All that waits for one bearer."""

    counts: dict[Kind, int]
    first: list[Unsent]
    is_cut: bool

    @property
    def number(self) -> int:
        """How much it is."""
        return sum(self.counts.values())

    @property
    def words(self) -> str:
        """How much of what."""
        return listed(self.counts)


_trays: list[Tray] = []


def beginning(words: str) -> str:
    """So much of a text that it is recognised."""
    return beginnings.beginning(words, BEGINNING)


def register(tray: Tray) -> None:
    """Called from a later room's init_app."""
    if tray not in _trays:
        _trays.append(tray)


def trays() -> tuple[Tray, ...]:
    """One after the other what is called off: those registered later first, since what lies there goes on into earlier ones."""
    return tuple(reversed(_trays))


def unsent_of(bearer: Bearer, most: int = SHOWN) -> Pile:
    """What waits, counted, and the first few by the moment at which they would leave."""
    found: list[Unsent] = []
    for tray in trays():
        found += tray.first(bearer, most + 1)
    found.sort(key=lambda one: one.at or _LAST)
    return Pile(counted({tray: tray.count(bearer) for tray in trays()}), found[:most], len(found) > most)


def counted(numbers: dict[Tray, int]) -> dict[Kind, int]:
    """The same by what it is, without what there is none of."""
    sums = {kind: sum(number for tray, number in numbers.items() if tray.kind == kind) for kind in Kind}
    return {kind: number for kind, number in sums.items() if number}


def listed(counts: dict[Kind, int]) -> str:
    """Such as: 3 texts and 1 announcement."""
    return str(format_list([_words(kind, number) for kind, number in counts.items()], locale=get_locale() or "en"))


def _words(kind: Kind, number: int) -> str:
    match kind:
        case Kind.TEXT:
            words = ngettext("%(num)s text", "%(num)s texts", number)
        case Kind.BATCH:
            words = ngettext("%(num)s recipient of batches", "%(num)s recipients of batches", number)
        case Kind.EMAIL:
            words = ngettext("%(num)s email", "%(num)s emails", number)
        case Kind.ANNOUNCEMENT:
            words = ngettext("%(num)s announcement", "%(num)s announcements", number)
        case Kind.FAX:
            words = ngettext("%(num)s fax", "%(num)s faxes", number)
        case Kind.REMINDER:
            words = ngettext("the links to %(num)s video call", "the links to %(num)s video calls", number)
    return str(words)

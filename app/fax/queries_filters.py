"""What a list of faxes can be narrowed to, besides its chip."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam

from app.core.ids import row_number_or_none
from app.core.search_text import fold
from app.fax.models import Fax

MOST_WORDS = 8
LONGEST = 80
ME, NOBODY = "me", "none"
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Days beyond make no sense, and some of them no moment in every zone."""
READ, UNREAD = "read", "unread"
Bound = tuple[str, ColumnElement[bool], Any]
"""A condition under the name of its parameter, and what that is."""


@dataclass(frozen=True, slots=True)
class Filters:
    """As the form sends them; what makes no sense is left out."""

    q: str = ""
    """Words of names, numbers, subjects and pages."""
    since: str = ""
    until: str = ""
    """Days, the last one included."""
    number: str = ""
    name: str = ""
    hidden_number: str = ""
    """"1": the sender hid the number."""
    read: str = ""
    assignee: str = ""
    """"me", "none", or somebody's id."""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Out of an address."""
        return cls(**{each.name: given.get(each.name, "").strip()[:LONGEST] for each in fields(cls)})

    def chosen(self) -> dict[str, str]:
        """Those that are set, for addresses."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def number_set(self) -> int:
        """How many besides the words, for the button."""
        return len(self.chosen()) - bool(self.q)

    def bounds(self, zone: ZoneInfo, me: int) -> list[Bound]:
        """The conditions on `Fax`: their text depends on what is asked, not on its values, so that statements are remembered."""
        found: list[Bound] = [(f"word_{n}", _has(Fax.search_text, f"word_{n}"), _like(word)) for n, word in enumerate(_words(self.q))]
        found += [(f"name_{n}", _has(Fax.search_text, f"name_{n}"), _like(word)) for n, word in enumerate(_words(self.name))]
        since, until = _day(self.since), _day(self.until)
        if since is not None:
            found.append(("since", Fax.created_at >= bindparam("since"), _begin(since, zone)))
        if until is not None:
            found.append(("until", Fax.created_at < bindparam("until"), _begin(until + timedelta(days=1), zone)))
        digits = "".join(filter(str.isdigit, self.number))
        if digits:
            found.append(("digits", Fax.address.like(bindparam("digits")), f"%{digits}%"))
        if self.hidden_number:
            found.append(("no_number", Fax.address == bindparam("no_number"), ""))
        if self.read in {READ, UNREAD}:
            state = Fax.read_at.is_not(None) if self.read == READ else Fax.read_at.is_(None)
            found.append((self.read, state, None))
        return found + self._whose(me)

    def _whose(self, me: int) -> list[Bound]:
        if self.assignee == NOBODY:
            return [("nobody", Fax.assignee_id.is_(None), None)]
        who = me if self.assignee == ME else row_number_or_none(self.assignee)
        return [] if who is None else [("whose", Fax.assignee_id == bindparam("whose"), who)]


def _words(text: str) -> list[str]:
    return fold(text).split()[:MOST_WORDS]


def _has(column: Any, name: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.like(bindparam(name), escape="/")
    return found


def _like(word: str) -> str:
    return f"%{word.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """Midnight at the school."""
    return datetime.combine(day, time(), zone)

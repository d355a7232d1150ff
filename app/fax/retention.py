"""How long faxes are kept: years for all, days for what was deleted or hidden as junk, and no end under a legal hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.fax.models import Fax

YEARS, DELETED_DAYS, HOLD, BEGINS = "fax_years", "fax_deleted_days", "fax_hold", "fax_keeping_begins"
"""In the settings of a district."""
USUAL_YEARS, MOST_YEARS = 7, 30
USUAL_DAYS, MOST_DAYS = 30, 365


@dataclass(frozen=True, slots=True)
class Retention:
    """The rule of a district. `is_held` keeps every fax; nothing is over before `begins`: a shorter time counts only from then on."""

    years: int = USUAL_YEARS
    deleted_days: int = USUAL_DAYS
    is_held: bool = False
    begins: datetime | None = None

    def kept_until(self, fax: Fax) -> datetime | None:
        """When it is deleted for good; None while a legal hold keeps it."""
        if self.is_held or fax.held_at is not None:
            return None
        ends = [years_after(fax.created_at, self.years)]
        ends += [moment + timedelta(days=self.deleted_days) for moment in (fax.deleted_at, fax.hidden_at) if moment is not None]
        end = min(ends)
        return end if self.begins is None else max(end, self.begins)

    def is_shorter_than(self, other: "Retention") -> bool:
        """Whether something goes sooner by this one."""
        if self.is_held:
            return False
        return other.is_held or self.years < other.years or self.deleted_days < other.deleted_days


def retention_in(settings: Mapping[str, Any]) -> Retention:
    """The rule that a district's settings hold."""
    begins = settings.get(BEGINS)
    return Retention(
        settings.get(YEARS, USUAL_YEARS), settings.get(DELETED_DAYS, USUAL_DAYS), bool(settings.get(HOLD, False)),
        datetime.fromisoformat(begins) if begins else None,
    )  # fmt: skip


def years_after(moment: datetime, years: int) -> datetime:
    """The same day of another year; February 29 becomes 28."""
    year = moment.year + years
    try:
        return moment.replace(year=year)
    except ValueError:
        return moment.replace(year=year, day=28)

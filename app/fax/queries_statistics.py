"""How much is faxed, how well, and with whom: for one's own schools. A fixed number of queries, each over an index of a district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import zone_of
from app.fax.models import Direction, Fax, FaxStatus
from app.fax.queries import is_visible_to

MONTHS = 12
MOST_PARTNERS = 10
DONE = (FaxStatus.SENT, FaxStatus.FAILED)
WENT_OUT = (FaxStatus.QUEUED, FaxStatus.SENDING, FaxStatus.SENT, FaxStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all times, as the API counts."""

    inbound: int
    inbound_hidden: int
    outbound: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month at the school."""

    first: date
    received: int
    received_pages: int
    sent: int
    sent_pages: int
    failed: int
    seconds: int
    """On the line, for what was sent."""

    @property
    def share(self) -> int | None:
        """Per cent of what was to be sent that arrived; None where nothing was."""
        over = self.sent + self.failed
        return round(100 * self.sent / over) if over else None


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody to whom, or from whom, much is faxed."""

    address: str
    name: str
    received: int
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some did not arrive."""

    code: str
    times: int


def totals(staff: Staff) -> Totals:
    """All that this person sees."""
    row = db.session.execute(
        select(
            _count(Fax.direction == Direction.IN, Fax.hidden_at.is_(None)),
            _count(Fax.direction == Direction.IN, Fax.hidden_at.is_not(None)),
            _count(Fax.direction == Direction.OUT, Fax.status.in_(WENT_OUT)),
        ).where(is_visible_to(staff))
    ).one()
    return Totals(*(int(number or 0) for number in row))


def months(staff: Staff, zone: str) -> list[Month]:
    """The last twelve at the school's clock, this one first, as far back as anything was faxed."""
    firsts = months_before(now().astimezone(zone_of(zone)).date())
    bounds = [begins(day, zone_of(zone)) for day in firsts]
    number: ColumnElement[int] = case(*((Fax.created_at >= begin, place) for place, begin in enumerate(bounds)), else_=MONTHS)
    is_in, is_sent = Fax.direction == Direction.IN, Fax.status == FaxStatus.SENT
    rows = db.session.execute(
        select(
            number.label("month"), _count(is_in, Fax.hidden_at.is_(None)), _sum(Fax.pages, is_in, Fax.hidden_at.is_(None)), _count(is_sent),
            _sum(Fax.pages - Fax.from_page + 1, is_sent), _count(Fax.status == FaxStatus.FAILED), _sum(Fax.seconds, is_sent),
        )
        .where(is_visible_to(staff), Fax.created_at >= bounds[-1])
        .group_by("month")  # by its name: PostgreSQL takes the same words with other parameters for another expression
    )  # fmt: skip
    found: dict[int, Sequence[Any]] = {row[0]: row[1:] for row in rows}
    oldest = max((place for place, row in found.items() if any(row)), default=0)
    return [Month(day, *(int(one or 0) for one in found.get(place, (0,) * 6))) for place, day in enumerate(firsts[: oldest + 1])]


def partners(staff: Staff, since: datetime) -> list[Partner]:
    """With whom most was faxed since then."""
    rows = db.session.execute(
        select(
            Fax.address, func.max(Fax.name), _count(Fax.direction == Direction.IN), _count(Fax.status == FaxStatus.SENT),
            _count(Fax.status == FaxStatus.FAILED),
        )
        .where(is_visible_to(staff), Fax.created_at >= since, Fax.address != "", Fax.hidden_at.is_(None), Fax.status != FaxStatus.DRAFT)
        .group_by(Fax.address)
        .order_by(func.count(Fax.id).desc(), Fax.address)
        .limit(MOST_PARTNERS)
    )  # fmt: skip
    return [Partner(row[0], row[1] or "", *(int(number or 0) for number in row[2:])) for row in rows]


def reasons(staff: Staff, since: datetime) -> list[Reason]:
    """Why those that failed since then did, the most frequent first."""
    rows = db.session.execute(
        select(Fax.failure, func.count(Fax.id))
        .where(is_visible_to(staff), Fax.created_at >= since, Fax.status == FaxStatus.FAILED)
        .group_by(Fax.failure)
        .order_by(func.count(Fax.id).desc(), Fax.failure)
    )
    return [Reason(row[0] or "", int(row[1])) for row in rows]


def beginning(zone: str) -> datetime:
    """Since when the page counts: the first of the months."""
    return begins(months_before(now().astimezone(zone_of(zone)).date())[-1], zone_of(zone))


def months_before(today: date) -> list[date]:
    """The first days of this month and those before."""
    count = today.year * 12 + today.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS)]


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The moment in which a day begins at the school."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((_all(conditions), 1), else_=0))


def _sum(value: Any, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((_all(conditions), value), else_=0))


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    whole = conditions[0]
    for one in conditions[1:]:
        whole = whole & one
    return whole

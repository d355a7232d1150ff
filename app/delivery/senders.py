"""What a dispatcher must know of the numbers it sends from: their pace, their service, and whose night it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.core.database import db
from app.core.quiet_hours import Window, quiet_hours_of
from app.directory.models import District, MessagingService, PhoneNumber, School


@dataclass(frozen=True, slots=True)
class Sender:
    """One of our numbers."""

    id: int
    district_id: int
    address: str
    is_active: bool
    segments_per_second: float
    consent_scope: str
    service_id: int | None
    service_provider_id: str | None
    segments_per_minute: int | None
    zone: str
    """The school's, for recipients of whom nothing better is known."""
    quiet: Window
    calls_per_second: float


COLUMNS: tuple[Any, ...] = (
    PhoneNumber.id, PhoneNumber.district_id, PhoneNumber.address, PhoneNumber.is_active, PhoneNumber.segments_per_second,
    MessagingService.id, MessagingService.provider_id, MessagingService.segments_per_minute,
    func.coalesce(School.time_zone, District.time_zone), District.settings, PhoneNumber.calls_per_second,
)  # fmt: skip
"""What `sender_of` reads, of a number and of what `around_number` joins to it."""


def senders(ids: Collection[int]) -> dict[int, Sender]:
    """The numbers `ids` as senders; unknown ids are left out."""
    if not ids:
        return {}
    rows = db.session.execute(around_number(select(*COLUMNS)).where(PhoneNumber.id.in_(list(ids))))
    return {row[0]: sender_of(row) for row in rows}


def around_number(statement: Select[Any]) -> Select[Any]:
    """Join what decides how a number sends. Outer joins: a statement may read people who have no number."""
    return (
        statement.outerjoin(District, District.id == PhoneNumber.district_id)
        .outerjoin(MessagingService, MessagingService.id == PhoneNumber.messaging_service_id)
        .outerjoin(School, School.id == PhoneNumber.school_id)
    )


def sender_of(row: Sequence[Any]) -> Sender:
    """A number out of such a row."""
    return Sender(
        id=row[0], district_id=row[1], address=row[2], is_active=row[3], segments_per_second=row[4],
        consent_scope=f"service:{row[5]}" if row[5] else f"number:{row[0]}",
        service_id=row[5], service_provider_id=row[6], segments_per_minute=row[7], zone=row[8],
        quiet=quiet_hours_of(row[9]), calls_per_second=row[10],
    )  # fmt: skip

"""What may be seen of the outbox: what did not arrive and waits for a person; and what the gate asks, for who reads it beforehand."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, or_, select, text

from app.accounts.models import Role, Staff
from app.carrier.error_codes import Failure, explain
from app.config import Settings
from app.core import phone_numbers
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.delivery.gates import Passport
from app.delivery.models import EMAIL, FAX, TROUBLE, Delivery, DeliveryContent
from app.delivery.senders import COLUMNS as SENDER_COLUMNS
from app.delivery.senders import around_number, sender_of
from app.directory.models import ContactPoint, Guardian, PhoneNumber
from app.directory.queries.reach import guardian_is_visible_to

__all__ = ["SENDER_COLUMNS", "Passport", "Undelivered", "around_number", "delivery_visible_to", "is_visible_to", "sender_of", "undelivered"]

ON_A_PAGE = 30
PREVIEW = 120
FILES_PER_SECOND = 1000.0
"""Emails, where there is no mail server and they are only files."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One line of the page of what did not arrive."""

    id: int
    to: str
    guardian: str | None
    guardian_id: int | None
    preview: str
    at: datetime
    is_doubtful: bool
    is_email: bool
    fax_id: int | None
    """Where a line is of a fax."""
    failure: Failure


def undelivered(staff: Staff, cursor: str | None) -> Page[Undelivered]:
    """What failed or is in doubt and nobody dealt with, newest first, as far as `staff` may see it."""
    statement = (
        select(
            Delivery.id, Delivery.address, Delivery.error_code, Delivery.doubtful_since, Delivery.created_at, DeliveryContent.body,
            DeliveryContent.details, Delivery.channel, Delivery.owner_kind, Delivery.owner_id,
            Guardian.id.label("guardian_id"), Guardian.given_name, Guardian.family_name,
        )
        .join(DeliveryContent, DeliveryContent.id == Delivery.content_id)
        .outerjoin(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(_is_trouble(), is_visible_to(staff))
    )  # fmt: skip
    page = page_of_rows(db.session(), statement, [Delivery.id], limit=ON_A_PAGE, cursor=cursor)
    lines = [
        Undelivered(
            id=row.id,
            to=phone_numbers.for_people(row.address),
            guardian=f"{row.given_name} {row.family_name}".strip() if row.guardian_id else None,
            guardian_id=row.guardian_id,
            preview=_preview(row.details.get("subject") or row.body),
            at=row.created_at,
            is_doubtful=row.doubtful_since is not None,
            is_email=row.channel == EMAIL,
            fax_id=row.owner_id if row.owner_kind == FAX else None,
            failure=explain(row.error_code),
        )
        for row in page.rows
    ]
    return Page(lines, page.next_cursor, page.previous_cursor)


def emails_per_second() -> float:
    """How quickly emails leave, all workers together."""
    settings: Settings = current_app.extensions["settings"]
    return settings.smtp_per_second if settings.smtp_url else FILES_PER_SECOND


def _preview(words: str) -> str:
    return words if len(words) <= PREVIEW else words[: PREVIEW - 1] + "…"


def delivery_visible_to(staff: Staff, delivery_id: int) -> Delivery:
    """The delivery. Raises NotVisible."""
    delivery = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id, is_visible_to(staff)))
    if delivery is None:
        raise NotVisible
    return delivery


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Delivery`: the district's, or to a guardian within reach, or from a number of one's schools."""
    if staff.role == Role.DISTRICT_ADMIN:
        return Delivery.district_id == staff.district_id
    to_our_families = exists().where(
        ContactPoint.id == Delivery.contact_point_id, Guardian.id == ContactPoint.guardian_id, guardian_is_visible_to(staff)
    )
    from_our_numbers = exists().where(PhoneNumber.id == Delivery.phone_number_id, PhoneNumber.school_id.in_(staff.school_ids))
    return and_(
        Delivery.district_id == staff.district_id,
        or_(
            to_our_families.correlate(Delivery),
            and_(Delivery.contact_point_id.is_(None), from_our_numbers.correlate(Delivery)),
        ),
    )


def _is_trouble() -> ColumnElement[bool]:
    return text(f"({TROUBLE})")  # type: ignore[return-value]  # the very words of the index, or it is not used

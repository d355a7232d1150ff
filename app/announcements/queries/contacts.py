"""One adult over one channel, with the newest news: of an announcement, its steps and what was sent on, for tables and files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.further import with_all_after
from app.announcements.models import (
    CALLED_OFF,
    Announcement,
    AnnouncementListRow,
    AnnouncementRecipient,
    Channel,
    Outcome,
)
from app.announcements.recipients_again import OWNER, gave_answer, with_its_steps
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.delivery.stops import ASIDE
from app.directory.models import (
    ALL_SENDERS,
    EMAILS,
    Consent,
    ConsentKind,
    ConsentSource,
    ContactPoint,
    Guardian,
)
from app.directory.queries.reach import guardian_is_visible_to

WAITING, SKIPPED = "waiting", "skipped"


@dataclass(frozen=True, slots=True)
class Wish:
    """Since when an address is left alone, and whether staff said so, who may take it back."""

    at: datetime
    is_by_staff: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """One adult over one channel, and what became of it. `outcome` is an Outcome, WAITING or SKIPPED."""

    recipient_id: int
    channel: str
    guardian_id: int | None
    staff_id: int | None
    name: str
    address: str | None
    language: str | None
    outcome: str
    reason: str | None
    """Why it was skipped (a SkipReason) or failed (a code of `carrier.error_codes`)."""
    delivery_id: int | None
    at: datetime | None
    held_until: datetime | None
    contact_point_id: int | None = None
    reached: str | None = None
    """Who heard a call: one of `delivery.models.Reached`."""
    again_at: datetime | None = None
    """When it is tried once more, after it did not reach them, unless the night holds it then."""
    passes_night: bool = False
    is_later: bool = False
    """Of something that was sent on from the announcement, and not its own."""
    has_answered: bool = False
    """They answered the question that it asks: so they got it, whatever the network said."""
    known_id: int | None = None
    """Whose phone a line of a list is, where the reader sees that adult."""
    wish: Wish | None = None
    """That this address wants to hear nothing from these senders, as it stands now."""


def is_newest(delivery: Any) -> ColumnElement[bool]:
    """The condition that nobody had it tried again by another one."""
    later = aliased(Delivery)
    return ~exists().where(later.retry_of_id == delivery.id)


def recipients(announcement_id: int, key: Any, keys: Collection[int], in_sight: ColumnElement[bool], reader: Staff) -> list[Any]:
    """Recipients of an announcement and of what was sent on from it who are `in_sight`, with their names and newest deliveries.

    Whose phone stands in a list is told to a `reader` who sees that adult anyway: the list came with numbers alone.
    """
    recipient, one, own = AnnouncementRecipient, Delivery, with_its_steps(announcement_id)
    newest = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, is_newest(one))
    written = func.nullif(AnnouncementListRow.name, "")
    name = func.coalesce(written, func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, "")
    owner = case((recipient.list_row_id.is_not(None), ContactPoint.guardian_id))
    is_told = or_(recipient.guardian_id.is_not(None), guardian_is_visible_to(reader))
    return list(
        db.session.execute(
            select(
                recipient.id, recipient.family_id, recipient.channel, recipient.guardian_id, recipient.staff_id, recipient.language,
                recipient.reason, recipient.contact_point_id,
                func.coalesce(one.address, recipient.address, ContactPoint.address, AnnouncementListRow.address).label("address"),
                one.id.label("delivery_id"), one.state, one.error_code, one.held_until, one.started_at, one.finished_at,
                one.reached, one.due_at, one.is_emergency, Announcement.state.label("of_state"),
                case((gave_answer(announcement_id, recipient.id), 1), else_=0).label("has_answered"),
                case((Announcement.id.in_(own), 0), else_=1).label("is_later"),
                name.label("name"), Guardian.id.label("known_id"),
            )
            .select_from(recipient)
            .join(Announcement, Announcement.id == recipient.announcement_id)
            .outerjoin(one, newest)
            .outerjoin(ContactPoint, ContactPoint.id == recipient.contact_point_id)
            .outerjoin(Guardian, and_(Guardian.id == func.coalesce(recipient.guardian_id, owner), is_told))
            .outerjoin(Staff, Staff.id == recipient.staff_id)
            .outerjoin(AnnouncementListRow, AnnouncementListRow.id == recipient.list_row_id)
            .where(recipient.announcement_id.in_(with_all_after(announcement_id)), key.in_(keys), in_sight)
            .order_by(recipient.id)
        )
    )  # fmt: skip


def contact_of(row: Any) -> Contact:
    """One of `recipients`."""
    state = row.state
    if row.reason is not None:
        outcome, reason = SKIPPED, row.reason
    elif state in {None, DeliveryState.PENDING, DeliveryState.PROCESSING}:
        is_over = state is None and row.of_state in CALLED_OFF
        outcome, reason = (Outcome.CANCELLED if is_over else WAITING), row.error_code
    else:
        outcome, reason = state, row.error_code
    return Contact(
        recipient_id=row.id, channel=row.channel, guardian_id=row.guardian_id, staff_id=row.staff_id, name=row.name.strip(),
        address=row.address, language=row.language, outcome=outcome, reason=reason, delivery_id=row.delivery_id,
        at=row.finished_at or row.started_at, held_until=row.held_until, contact_point_id=row.contact_point_id,
        reached=row.reached, again_at=row.due_at if outcome == WAITING and row.error_code and row.due_at < ASIDE else None,
        passes_night=bool(row.is_emergency), is_later=bool(row.is_later), has_answered=bool(row.has_answered), known_id=row.known_id,
    )  # fmt: skip


def scope_of(announcement: Announcement, channel: str) -> str:
    """Of whom a wish about a channel of it is: its senders, or all emails."""
    return EMAILS if channel == Channel.EMAIL else announcement.sender_scope or ALL_SENDERS


def wishes_of(announcement: Announcement, addresses: Collection[str]) -> dict[tuple[str, bool], Wish]:
    """By address and whether it is about emails: where the newest wish is to hear nothing."""
    scopes = {scope_of(announcement, Channel.SMS), EMAILS, ALL_SENDERS}
    rows = db.session.scalars(
        select(Consent)
        .where(Consent.district_id == announcement.district_id, Consent.address.in_(addresses), Consent.scope.in_(scopes))
        .order_by(Consent.id)
    )
    found: dict[tuple[str, bool], Wish] = {}
    for entry in rows:
        for of_emails in (False, True):
            if (entry.scope == EMAILS) != of_emails and entry.scope != ALL_SENDERS:
                continue
            found.pop((entry.address, of_emails), None)
            if entry.kind == ConsentKind.OPTED_OUT:
                found[entry.address, of_emails] = Wish(entry.at, entry.source == ConsentSource.STAFF)
    return found

"""Files of a report: everybody, or those at whom it failed. Read some hundreds at a time, so that any number may leave."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text

from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementRecipient, Outcome
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.contacts import Contact, contact_of, is_newest, recipients
from app.announcements.queries.families import first_contacts, students_of
from app.announcements.recipients_again import OWNER, is_of
from app.announcements.sight import in_sight_of
from app.core.database import db
from app.delivery.models import UNREACHED, Delivery

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One adult over one channel, and whose they are."""

    contact: Contact
    students: list[str]
    grades: list[str]
    """Of each of these students, as the school writes it."""
    family: str
    """The first contact of the family, by which all its lines are found."""


def failed(staff: Staff, announcement_id: int) -> Iterator[Line]:
    """Everybody at whom it failed or was stopped at the last moment. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    return _walk(announcement, staff, is_failed=True)


def everybody(staff: Staff, announcement_id: int) -> Iterator[Line]:
    """Every adult over every channel, with what became of it. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    return _walk(announcement, staff, is_failed=False)


def _walk(announcement: Announcement, staff: Staff, *, is_failed: bool) -> Iterator[Line]:
    number, last = announcement.id, announcement.last_recipient_id or 0
    after = (announcement.first_recipient_id or 0) - 1
    while True:
        if is_failed:
            query = select(Delivery.owner_id).where(
                text(UNREACHED),
                Delivery.owner_kind == OWNER,
                Delivery.owner_id > after,
                Delivery.owner_id <= last,
                Delivery.state.in_([Outcome.FAILED, Outcome.BLOCKED]),
                is_newest(Delivery),
            )
            query = query.order_by(Delivery.owner_id)
        else:
            one = AnnouncementRecipient
            query = select(one.id).where(one.id > after, one.id <= last, is_of(number)).order_by(one.id)
        ids = list(db.session.scalars(query.limit(AT_ONCE)))
        if not ids:
            return
        found = recipients(number, AnnouncementRecipient.id, ids, in_sight_of(staff, announcement), staff)
        families = {row.family_id for row in found if row.family_id is not None}
        students, names = defaultdict[int, list[tuple[str, str]]](list), first_contacts(families)
        for family_id, name, grade in students_of(number, families):
            students[family_id].append((name, grade))
        for row in found:
            theirs = students[row.family_id or 0]
            yield Line(contact_of(row), [name for name, _ in theirs], [grade for _, grade in theirs], names.get(row.family_id or 0, ""))
        after = ids[-1]

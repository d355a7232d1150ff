"""Leaving a family alone, or no longer, from the row of a report. It is a wish like any other, and stands in the ledger."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements.errors import MayNotBlock
from app.announcements.models import Channel
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.contacts import scope_of
from app.core.database import transaction
from app.directory.models import ConsentKind, ContactKind, ContactPoint
from app.directory.queries.reach import contact_point_visible_to
from app.directory.service.consent import record_by_staff


def block(staff: Staff, announcement_id: int, point_id: int, *, wording: str) -> ContactPoint:
    """Send this address nothing more from the senders of the announcement. Raises MayNotBlock, NotVisible."""
    return _record(staff, announcement_id, point_id, ConsentKind.OPTED_OUT, wording)


def unblock(staff: Staff, announcement_id: int, point_id: int, *, wording: str) -> ContactPoint:
    """Send it again. Raises OnlyTheyCanOptIn where they said STOP themselves, MayNotBlock, NotVisible."""
    return _record(staff, announcement_id, point_id, ConsentKind.AGREED, wording)


def _record(staff: Staff, announcement_id: int, point_id: int, kind: ConsentKind, wording: str) -> ContactPoint:
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.EDIT_PEOPLE):
        raise MayNotBlock
    point = contact_point_visible_to(staff, point_id)
    channel = Channel.EMAIL if point.kind == ContactKind.EMAIL else Channel.SMS
    with transaction():
        record_by_staff(staff, point_id, scope=scope_of(announcement, channel), kind=kind, wording=wording)
    return point

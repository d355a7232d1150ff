"""Whose phones a conference calls, and how long each was in it."""

from sqlalchemy import select

from app.accounts.models import Staff
from app.api.courier.queries.people import Named, main_contacts
from app.calls.models import ConferenceParticipant, LegState
from app.conversations.queries_reach import contact_points_within_reach
from app.core.clock import now
from app.core.database import db
from app.directory.models import ContactHealth, ContactKind, ContactPoint, Guardian

PHONES = (ContactKind.MOBILE, ContactKind.LANDLINE, ContactKind.VOIP)
NOT_WORKING = (ContactHealth.DEAD, ContactHealth.WRONG)


def phones_of(staff: Staff, people: Named) -> list[ContactPoint]:
    """The first phone of each guardian, and of the main contact of each student, that this person may call."""
    guardians = list(dict.fromkeys([*people.guardians, *main_contacts([each.id for each in people.students])]))
    first = [point for guardian in guardians if (point := _first(guardian)) is not None]
    return contact_points_within_reach(staff, first) if first else []


def _first(guardian: Guardian) -> int | None:
    return db.session.scalar(
        select(ContactPoint.id)
        .where(
            ContactPoint.guardian_id == guardian.id, ContactPoint.kind.in_(PHONES), ContactPoint.is_active.is_(True),
            ContactPoint.health.not_in(NOT_WORKING),
        )
        .order_by(ContactPoint.priority, ContactPoint.id)
        .limit(1)
    )  # fmt: skip


def seconds_of(leg: ConferenceParticipant) -> int:
    """How long the newest attempt was in."""
    if leg.joined_at is None:
        return 0
    until = now() if leg.state == LegState.JOINED else leg.since
    return max(0, int((until - leg.joined_at).total_seconds()))

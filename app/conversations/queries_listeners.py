"""Who of some people may hear of a conversation; for feeds, which tell what they have to those who are there."""

from collections.abc import Collection

from sqlalchemy import exists, or_, select

from app.accounts.models import Staff, StaffStatus
from app.accounts.permissions import PERMISSIONS, Permission
from app.conversations.models import Conversation, Participant
from app.conversations.service.inbox_row import hears_school
from app.core.database import db

READERS = [role for role, held in PERMISSIONS.items() if Permission.READ_THREADS in held]


def who_sees(conversation_id: int, staff_ids: Collection[int]) -> set[int]:
    """Those of `staff_ids` who see the conversation, or saw it before it was deleted. By the rules of `queries.is_in_scope_of`."""
    inside = exists().where(Participant.conversation_id == Conversation.id, Participant.staff_id == Staff.id, Participant.left_at.is_(None))
    school = Conversation.__table__.c.school_id
    found = db.session.scalars(
        select(Staff.id)
        .join(Conversation, Conversation.district_id == Staff.district_id)
        .where(
            Conversation.id == conversation_id,
            Staff.id.in_(staff_ids),
            Staff.status == StaffStatus.ACTIVE,
            Staff.role.in_(READERS),
            or_(hears_school(school), Conversation.created_by_id == Staff.id, inside),
        )
    )
    return set(found)

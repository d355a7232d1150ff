"""The school's shared inbox: its office staff and school admins take part in each of its conversations."""

from sqlalchemy import exists, select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.conversations.models import Conversation, Participant
from app.core.database import db

OFFICE_ROLES = (Role.OFFICE, Role.SCHOOL_ADMIN)


def join(conversation: Conversation) -> None:
    """Add who works in the school's office by now and is not in the conversation yet. Belongs into a transaction."""
    is_in = exists().where(Participant.conversation_id == conversation.id, Participant.staff_id == Staff.id)
    missing = db.session.scalars(
        select(Staff.id)
        .join(StaffSchool, StaffSchool.staff_id == Staff.id)
        .where(
            StaffSchool.school_id == conversation.school_id,
            Staff.role.in_(OFFICE_ROLES),
            Staff.status == StaffStatus.ACTIVE,
            ~is_in,
        )
        .order_by(Staff.id)
    )
    db.session.add_all(
        Participant(
            conversation_id=conversation.id,
            staff_id=staff_id,
            state=conversation.state,
            last_message_id=conversation.last_message_id,
        )
        for staff_id in missing
    )
    db.session.flush()


def join_one(conversation: Conversation, staff_id: int) -> Participant:
    """One person's place in a conversation, made or taken again. Belongs into a transaction."""
    place = db.session.scalar(select(Participant).where(Participant.conversation_id == conversation.id, Participant.staff_id == staff_id))
    if place is None:
        place = Participant(
            conversation_id=conversation.id,
            staff_id=staff_id,
            state=conversation.state,
            last_message_id=conversation.last_message_id,
        )
        db.session.add(place)
    place.left_at = None
    db.session.flush()
    return place

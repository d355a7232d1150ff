"""The school's shared inbox: its office staff and school admins take part in each of its conversations."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.conversations.models import Conversation, Participant
from app.core import rows
from app.core.database import db

OFFICE_ROLES = (Role.OFFICE, Role.SCHOOL_ADMIN)


def join(conversations: Sequence[Conversation]) -> None:
    """Add who works in the office by now and is not in these conversations of one school yet. Belongs into a transaction."""
    numbers = [conversation.id for conversation in conversations]
    inside = select(Participant.conversation_id, Participant.staff_id).where(
        Participant.conversation_id.in_(numbers), Participant.staff_id.is_not(None)
    )
    taken = {tuple(row) for row in db.session.execute(inside)}
    office = db.session.scalars(
        select(Staff.id)
        .join(StaffSchool, StaffSchool.staff_id == Staff.id)
        .where(
            StaffSchool.school_id == conversations[0].school_id,
            Staff.role.in_(OFFICE_ROLES),
            are_people(),
            Staff.status == StaffStatus.ACTIVE,
        )
        .order_by(Staff.id)
    ).all()
    db.session.flush()
    rows.added_all(
        Participant,
        [
            {"conversation_id": each.id, "staff_id": staff_id, "state": each.state, "last_message_id": each.last_message_id}
            for each in conversations
            for staff_id in office
            if (each.id, staff_id) not in taken
        ],
    )


def join_one(conversation: Conversation, staff_id: int) -> Participant:
    """One person's place in a conversation, made or taken again. Belongs into a transaction."""
    (place,) = join_each([conversation], staff_id)
    return place


def join_each(conversations: Sequence[Conversation], staff_id: int) -> list[Participant]:
    """The same in several conversations, in their order."""
    numbers = [conversation.id for conversation in conversations]
    taken = select(Participant).where(Participant.conversation_id.in_(numbers), Participant.staff_id == staff_id)
    places = {place.conversation_id: place for place in db.session.scalars(taken)}
    for place in places.values():
        place.left_at = None
    db.session.flush()
    fresh = [
        {"conversation_id": each.id, "staff_id": staff_id, "state": each.state, "last_message_id": each.last_message_id}
        for each in conversations
        if each.id not in places
    ]
    places |= {place.conversation_id: place for place in rows.added_all(Participant, fresh)}
    return [places[number] for number in numbers]

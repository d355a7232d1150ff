"""Who sees what: fetch-or-refuse functions, and the conditions that every list of this room starts from.

A district admin sees the district; school admins, office staff and viewers what belongs to their schools; a teacher
the conversations in which she takes part. Being added to a conversation opens it to anybody.
"""

from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageKind,
    Participant,
    SavedReply,
    ScheduledMessage,
    UnknownText,
)
from app.conversations.readers import anyone, particulars_of
from app.core import rows
from app.core.database import Model, db
from app.core.errors import NotVisible
from app.core.prepared import Prepared
from app.directory.models import PhoneNumber

Row = TypeVar("Row", bound=Model)


def takes_part(staff: Staff) -> ColumnElement[bool]:
    """Whether a person is in a conversation of the enclosing query."""
    place = aliased(Participant)  # the enclosing query may read participants itself
    return exists().where(
        place.conversation_id == Conversation.id,
        place.staff_id == staff.id,
        place.left_at.is_(None),
    )


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Conversation` that every query of this room carries. Deleted ones are not seen."""
    return and_(Conversation.deleted_at.is_(None), is_in_scope_of(staff))


def is_in_scope_of(staff: Staff) -> ColumnElement[bool]:
    """The same for deleted ones too."""
    mine = or_(Conversation.created_by_id == staff.id, takes_part(staff))
    reach: ColumnElement[bool]
    if staff.role == Role.DISTRICT_ADMIN:
        reach = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        reach = or_(Conversation.school_id.in_(staff.school_ids), mine)
    elif role_allows(staff.role, Permission.READ_THREADS):
        reach = mine
    else:
        reach = false()
    return and_(Conversation.district_id == staff.district_id, reach)


def are_visible_to(staff: Staff) -> ColumnElement[bool]:
    """`is_visible_to` for lists: what is somebody's own is found from the person, and the rest of the district is not walked for it."""
    if role_allows(staff.role, Permission.READ_SCHOOL_THREADS) or not role_allows(staff.role, Permission.READ_THREADS):
        return is_visible_to(staff)
    begun = aliased(Conversation)
    own = union(
        select(begun.id).where(begun.created_by_id == staff.id),
        select(Participant.conversation_id).where(Participant.staff_id == staff.id, Participant.left_at.is_(None)),
    )
    in_district = Conversation.district_id + 0 == staff.district_id  # by id: the index of the district would only mislead
    return and_(Conversation.id.in_(own), Conversation.deleted_at.is_(None), in_district)


def conversation_visible_to(staff: Staff, conversation_id: int) -> Conversation:
    """The conversation. Raises NotVisible."""
    return _one(_visible(staff.role), {"id": conversation_id} | particulars_of(staff))


def conversation_held_by(staff: Staff, conversation_id: int) -> Conversation:
    """The conversation as it is now, and nobody else's until the commit. Raises NotVisible. Belongs into a transaction."""
    db.session.flush()
    statement = _held(staff.role)
    found = statement.rows({"id": conversation_id} | particulars_of(staff))
    if not found:
        raise NotVisible
    return rows.loaded(Conversation, statement.read(found[0]))


@lru_cache(maxsize=8)
def _held(role: str) -> Prepared:
    columns = select(*rows.columns(Conversation)).select_from(Conversation)
    return Prepared(columns.where(Conversation.id == bindparam("id"), is_visible_to(anyone(role))).with_for_update(of=Conversation))


@lru_cache(maxsize=8)
def _visible(role: str) -> Select[Conversation]:
    """Built once for each role: every page of a thread and every change of one asks it."""
    return select(Conversation).where(Conversation.id == bindparam("id"), is_visible_to(anyone(role)))


def conversation_on_line(staff: Staff, ours: str, theirs: str) -> Conversation:
    """The conversation in which a number of ours and a phone speak now. Raises NotVisible."""
    return _one(
        select(Conversation)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        .where(
            PhoneNumber.address == ours,
            Participant.address == theirs,
            Participant.pairing_deactivated_at.is_(None),
            is_visible_to(staff),
        )
    )


def deleted_conversation_visible_to(staff: Staff, conversation_id: int) -> Conversation:
    """A conversation that was deleted and can be brought back. Raises NotVisible."""
    return _one(
        select(Conversation).where(
            Conversation.id == conversation_id,
            Conversation.deleted_at.is_not(None),
            is_in_scope_of(staff),
        )
    )


def visible_ids(staff: Staff, conversation_ids: list[int]) -> list[int]:
    """Those of `conversation_ids` that this person sees, for an action on many."""
    seen = is_visible_to(staff).is_(true())  # by id: the index of the district would only mislead
    found = db.session.scalars(select(Conversation.id).where(Conversation.id.in_(conversation_ids), seen))
    return sorted(found)


def message_visible_to(staff: Staff, message_id: int) -> Message:
    """A message of a visible conversation. Raises NotVisible."""
    return _one(
        select(Message).join(Conversation, Conversation.id == Message.conversation_id).where(Message.id == message_id, is_visible_to(staff))
    )


def attachment_visible_to(staff: Staff, attachment_uuid: UUID) -> Attachment:
    """A file of a visible conversation; one that is still being written with belongs to its writer. Raises NotVisible."""
    return _one(
        select(Attachment)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(
            Attachment.uuid == attachment_uuid,
            is_visible_to(staff),
            or_(
                Attachment.message_id.is_not(None),
                Attachment.scheduled_message_id.is_not(None),
                Attachment.staff_id == staff.id,
            ),
        )
    )


def scheduled_visible_to(staff: Staff, scheduled_id: int) -> ScheduledMessage:
    """A message for later. Raises NotVisible."""
    return _one(
        select(ScheduledMessage)
        .join(Conversation, Conversation.id == ScheduledMessage.conversation_id)
        .where(ScheduledMessage.id == scheduled_id, is_visible_to(staff))
    )


def participant_visible_to(staff: Staff, participant_id: int) -> Participant:
    """Somebody in a visible conversation. Raises NotVisible."""
    return _one(
        select(Participant)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(Participant.id == participant_id, is_visible_to(staff))
    )


def unknown_is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `UnknownText`: who may triage sees those of their schools, and those of the whole district's numbers."""
    return _in_schools(staff, UnknownText.district_id, UnknownText.school_id, Permission.TRIAGE)


def unknown_text_visible_to(staff: Staff, unknown_id: int) -> UnknownText:
    """A text that nobody claimed. Raises NotVisible."""
    return _one(select(UnknownText).where(UnknownText.id == unknown_id, unknown_is_visible_to(staff)))


def saved_reply_is_usable_by(staff: Staff) -> ColumnElement[bool]:
    """The condition on `SavedReply`: one's own, and what one's schools or the district share."""
    shared = and_(
        SavedReply.staff_id.is_(None),
        _in_schools(staff, SavedReply.district_id, SavedReply.school_id, Permission.WRITE_THREADS),
    )
    return and_(SavedReply.district_id == staff.district_id, or_(SavedReply.staff_id == staff.id, shared))


def saved_reply_visible_to(staff: Staff, reply_id: int) -> SavedReply:
    """A saved reply. Raises NotVisible."""
    return _one(select(SavedReply).where(SavedReply.id == reply_id, saved_reply_is_usable_by(staff)))


def message_by_uuid(uuid: UUID) -> Message | None:
    """The message that a writer's browser named so; a repeated request finds its first answer."""
    return db.session.scalar(select(Message).where(Message.uuid == uuid))


def has_waited_since(conversation_id: int) -> Message | None:
    """The first inbound message after the last answer, if one waits."""
    answered = (
        select(Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.kind == MessageKind.OUTBOUND,
            Message.is_automatic.is_(False),
            Message.status != "cancelled",
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    last_answer = db.session.scalar(answered) or 0
    return db.session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.kind == MessageKind.INBOUND,
            Message.id > last_answer,
        )
        .order_by(Message.id)
        .limit(1)
    )


def owner_of(conversation: Conversation) -> Staff | None:
    """Whose conversation it is: the assignee's, else its teacher's; None for the office line.

    A writer who is somebody else is asked "Reply anyway?" by the page.
    """
    owner_id = conversation.assigned_to_id or conversation.created_by_id
    return db.session.get(Staff, owner_id) if owner_id else None


def _in_schools(
    staff: Staff,
    district: InstrumentedAttribute[int],
    school: InstrumentedAttribute[int | None],
    permission: Permission,
) -> ColumnElement[bool]:
    if not role_allows(staff.role, permission):
        return false()
    if staff.role == Role.DISTRICT_ADMIN:
        return district == staff.district_id
    return and_(district == staff.district_id, or_(school.in_(staff.school_ids), school.is_(None)))


def _one(statement: Select[Row], values: dict[str, Any] | None = None) -> Row:
    found = db.session.scalar(statement, values)
    if found is None:
        raise NotVisible
    return found

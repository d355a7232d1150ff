"""Who calls one of our numbers, and whom the call is for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, union_all

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.models import Call, CallKind, ConferenceParticipant, DirectCall, PartRole
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.pairing import active_pairing
from app.conversations.queries import owner_of
from app.conversations.queries_reach import children_of
from app.core.clock import now
from app.core.database import db
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint, Guardian, PhoneNumber, School

FRESH = timedelta(days=3)
"""So long a call back is for whoever called last; after that it is for the teacher who writes with them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What we know. `staff` is whom they call back, if anybody may be."""

    name: str
    language: str
    school: School
    point: ContactPoint | None = None
    guardian: Guardian | None = None
    conversation: Conversation | None = None
    staff: Staff | None = None


def caller_of(number: PhoneNumber, address: str) -> Caller | None:
    """By the pairing of the two numbers, else by who last called from here, else by the records. None where no school is."""
    pairing = active_pairing(number.id, address) if address else None
    conversation = db.session.get_one(Conversation, pairing.conversation_id) if pairing else None
    last = _last_call_to(number, address)
    point = _point(number.district_id, address, pairing.contact_point_id if pairing else None)
    guardian = db.session.get_one(Guardian, point.guardian_id) if point else None
    if conversation is None and last is not None:
        conversation = _conversation_of(last, address, guardian)
    if conversation is None and guardian is not None:
        conversation = _thread_with(guardian)
    staff = db.session.get(Staff, last.staff_id) if last is not None and last.staff_id is not None else None
    if staff is None and conversation is not None and pairing is not None:
        staff = owner_of(conversation)
    if staff is not None and not (staff.is_active and role_allows(staff.role, Permission.MAKE_CALLS)):
        staff = None
    school = _school(number, conversation, guardian)
    if school is None:
        return None
    name = guardian.full_name if guardian else for_people(address)
    language = (point.language if point else None) or (guardian.language if guardian else "en")
    return Caller(name, language, school, point, guardian, conversation, staff)


def hold_calls(call_ids: Collection[int | None]) -> None:
    """Keep them to oneself until the commit; taken in the order of their numbers, so that two who do this never wait for each other."""
    held = select(Call).where(Call.id.in_(call_ids)).order_by(Call.id).with_for_update()
    db.session.scalars(held.execution_options(populate_existing=True)).all()


def name_caller(call: Call, guardian: Guardian, point: ContactPoint) -> None:
    """Somebody knows who it was that called. Belongs into a transaction."""
    call.guardian_id, call.title = guardian.id, guardian.full_name
    line = db.session.get(DirectCall, call.id)
    if line is not None:
        line.contact_point_id, line.name = point.id, guardian.full_name


def _last_call_to(number: PhoneNumber, address: str) -> Call | None:
    if not address:
        return None
    alone = select(DirectCall.call_id).where(DirectCall.address == address, DirectCall.is_inbound.is_(False))
    with_others = select(ConferenceParticipant.call_id).where(
        ConferenceParticipant.address == address, ConferenceParticipant.role != PartRole.MODERATOR,
        ConferenceParticipant.provider_call_id.is_not(None),
    )  # fmt: skip
    theirs = union_all(alone, with_others).subquery()  # joined, not compared with OR: each half by its index of addresses
    return db.session.scalar(
        select(Call)
        .join(theirs, theirs.c.call_id == Call.id)
        .where(Call.phone_number_id == number.id, Call.created_at > now() - FRESH)
        .order_by(Call.id.desc())
        .limit(1)
    )


def _conversation_of(last: Call, address: str, guardian: Guardian | None) -> Conversation | None:
    """That of the last call. Who was in a conference about another family has no part in that family's thread."""
    found = db.session.get(Conversation, last.conversation_id) if last.conversation_id is not None else None
    if found is None or last.kind != CallKind.CONFERENCE or (guardian is not None and found.guardian_id == guardian.id):
        return found
    part = select(Participant.id).where(
        Participant.conversation_id == found.id, Participant.address == address, Participant.left_at.is_(None)
    )  # fmt: skip
    return found if db.session.scalar(part.limit(1)) is not None else None


def _point(district_id: int, address: str, known: int | None) -> ContactPoint | None:
    if known is not None:
        return db.session.get(ContactPoint, known)
    if not address:
        return None
    return db.session.scalar(
        select(ContactPoint)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(
            ContactPoint.district_id == district_id, ContactPoint.address == address, ContactPoint.is_active.is_(True),
            Guardian.is_active.is_(True),
        )
        .order_by(ContactPoint.priority, ContactPoint.id)
        .limit(1)
    )  # fmt: skip


def _thread_with(guardian: Guardian) -> Conversation | None:
    return db.session.scalar(
        select(Conversation)
        .where(
            Conversation.guardian_id == guardian.id, Conversation.kind == ConversationKind.DIRECT, Conversation.deleted_at.is_(None)
        )
        .order_by(Conversation.last_message_id.desc())
        .limit(1)
    )  # fmt: skip


def _school(number: PhoneNumber, conversation: Conversation | None, guardian: Guardian | None) -> School | None:
    if conversation is not None:
        return db.session.get(School, conversation.school_id)
    if number.school_id is not None:
        return db.session.get(School, number.school_id)
    for student, _bond in children_of(guardian.id) if guardian else ():
        return db.session.get(School, student.school_id)
    return db.session.scalar(
        select(School).where(School.district_id == number.district_id, School.is_active.is_(True)).order_by(School.id).limit(1)
    )

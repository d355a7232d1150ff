"""Who takes part: guardians of a group, and the numbers that they are paired with."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, exists, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.conversations import pairing, queries
from app.conversations.errors import ContactNotPermitted, NobodyToReach, NoFreeNumber, NotAllowed
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import contact_points_within_reach
from app.conversations.service import access, inbox_row, starting, timeline
from app.conversations.signed import whose
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import ContactKind, ContactPoint, Guardianship, Student
from app.directory.queries import may_be_contacted


def add_members(staff: Staff, conversation_id: int, contact_point_ids: Sequence[int]) -> list[Participant]:
    """Add guardians to a group. Raises NotVisible, NotAllowed, ContactNotPermitted, NoFreeNumber, NobodyToReach when it is full."""
    with transaction():
        conversation = _group(staff, conversation_id)
        points = contact_points_within_reach(staff, contact_point_ids)
        starting.check_permission(points)
        most = starting.MOST_EACH if conversation.kind == ConversationKind.EACH else starting.MOST_IN_GROUP
        if len(_inside(conversation) | {point.id for point in points}) > most:
            raise NobodyToReach(_("A group of this kind holds at most %(most)s guardians. Send an announcement instead.", most=most))
        added = starting.add_points(conversation, points)
        db.session.flush()
        if points:
            names = list(dict.fromkeys(point.guardian.full_name for point in points))
            timeline.line(conversation, "member_added", staff_id=staff.id, author=staff.name, to=starting.some_of(names))
        _count_again(conversation)
    return added


def remove_member(staff: Staff, participant_id: int) -> None:
    """Take a guardian out of a group; their texts to its number go to the unknown senders. Raises NotVisible, NotAllowed."""
    with transaction():
        participant = queries.participant_visible_to(staff, participant_id)
        conversation = _group(staff, participant.conversation_id)
        if participant.contact_point_id is None or participant.left_at is not None:
            return
        participant.left_at = now()
        if participant.phone_number_id is not None:
            pairing.unpair(participant)
        point = db.session.get_one(ContactPoint, participant.contact_point_id)
        timeline.line(conversation, "member_removed", staff_id=staff.id, author=staff.name, to=point.guardian.full_name)
        _count_again(conversation)


def deactivate_pairing(staff: Staff, participant_id: int) -> None:
    """End what a guardian and this conversation share: nothing is sent from here, and replies go to the unknown senders."""
    with transaction():
        participant, conversation = _paired(staff, participant_id)
        pairing.unpair(participant)
        audit("pairing.deactivated", conversation, {"name": conversation.title}, by=staff)
        db.session.flush()
        inbox_row.changed(conversation)


def reactivate_pairing(staff: Staff, participant_id: int) -> Participant:
    """Begin again, with the same number where it is free. Raises NotVisible, NotAllowed, ContactNotPermitted, NoFreeNumber."""
    with transaction():
        participant, conversation = _paired(staff, participant_id)
        point = db.session.get_one(ContactPoint, participant.contact_point_id)
        if not may_be_contacted(point.guardian_id):
            raise ContactNotPermitted(whose(point))
        pairing.pair(conversation, point)
        audit("pairing.reactivated", conversation, {"name": conversation.title}, by=staff)
        db.session.flush()
        inbox_row.changed(conversation)
    return participant


def end_orphaned_pairings(limit: int = 500) -> int:
    """Deactivate the pairings of guardians all of whose children's records ended or forbid contact; returns how many.

    A guardian whom no record ever bound to a student (an unknown sender who was matched) keeps theirs.
    """
    found = list(db.session.execute(_orphaned().limit(limit)))
    for participant_id, conversation_id in found:
        with transaction():
            _end(participant_id, conversation_id)
    return len(found)


def end_pairings_of(guardian_id: int) -> None:
    """The same for one guardian whose record just changed. Belongs into that transaction."""
    for participant_id, conversation_id in list(db.session.execute(_orphaned().where(Participant.guardian_id == guardian_id))):
        _end(participant_id, conversation_id)


def follow_addresses_of(guardian_id: int) -> None:
    """Have conversations go on where the guardian is reached now: a number that was corrected is written to no more.

    Belongs into the transaction that changed it.
    """
    moved = (
        select(Participant, ContactPoint)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(
            Participant.guardian_id == guardian_id,
            Participant.phone_number_id.is_not(None),
            Participant.pairing_deactivated_at.is_(None),
            Participant.left_at.is_(None),
            Participant.address != ContactPoint.address,
        )
        .order_by(Participant.conversation_id, Participant.id)
    )
    for participant, point in list(db.session.execute(moved)):
        conversation = inbox_row.hold(participant.conversation_id)
        try:
            if point.kind != ContactKind.EMAIL:
                pairing.pair(conversation, point)
                continue
        except NoFreeNumber:
            pass
        _end(participant.id, conversation.id)


def _orphaned() -> Select[int, int]:
    alive = (
        select(Guardianship.id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(
            Guardianship.guardian_id == Participant.guardian_id,
            Guardianship.is_active.is_(True),
            Guardianship.may_contact.is_(True),
            Student.is_active.is_(True),
        )
    )
    return (
        select(Participant.id, Participant.conversation_id)
        .where(
            Participant.phone_number_id.is_not(None),
            Participant.pairing_deactivated_at.is_(None),
            exists().where(Guardianship.guardian_id == Participant.guardian_id),
            ~alive.exists(),
        )
        .order_by(Participant.conversation_id, Participant.id)
    )


def _end(participant_id: int, conversation_id: int) -> None:
    conversation = inbox_row.hold(conversation_id)
    participant = db.session.get_one(Participant, participant_id, populate_existing=True)
    if participant.pairing_deactivated_at is None:
        pairing.unpair(participant)
        timeline.line(conversation, "pairing_ended", participant_id=participant_id)


def _group(staff: Staff, conversation_id: int) -> Conversation:
    conversation = access.writable(staff, conversation_id)
    if conversation.kind == ConversationKind.DIRECT:
        raise NotAllowed(_("This is a conversation with one guardian. Begin a group to write to several."))
    return conversation


def _paired(staff: Staff, participant_id: int) -> tuple[Participant, Conversation]:
    participant = queries.participant_visible_to(staff, participant_id)
    conversation = access.writable(staff, participant.conversation_id)
    db.session.refresh(participant)
    if participant.contact_point_id is None or participant.phone_number_id is None:
        raise NotAllowed(_("Only guardians are paired with a number."))
    return participant, conversation


def _inside(conversation: Conversation) -> set[int]:
    rows = db.session.scalars(
        select(Participant.contact_point_id).where(
            Participant.conversation_id == conversation.id,
            Participant.contact_point_id.is_not(None),
            Participant.left_at.is_(None),
        )
    )
    return {number for number in rows if number is not None}


def _count_again(conversation: Conversation) -> None:
    db.session.flush()
    points = db.session.scalars(select(ContactPoint).where(ContactPoint.id.in_(_inside(conversation))))
    conversation.subtitle = starting.families_of(list(points))

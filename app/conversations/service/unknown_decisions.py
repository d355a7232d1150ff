"""What the office does with unknown senders: match them to a guardian, add one, ignore, block, or think again."""

from sqlalchemy import delete, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.carrier.models import InboundText
from app.conversations import pairing, queries
from app.conversations.errors import AlreadyDecided, CannotReceiveTexts, NotAllowed
from app.conversations.models import BlockedSender, Conversation, UnknownState, UnknownText
from app.conversations.service import inbox_row, lines, receiving, starting, unknown
from app.conversations.service.recipients import why_no_texts
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import is_e164
from app.directory.models import ContactPoint, Guardian, PhoneNumber, School, Student
from app.directory.queries.reach import guardian_is_visible_to, student_is_within_reach_of
from app.directory.service import newcomers


def match_unknown(staff: Staff, unknown_id: int, guardian_id: int) -> Conversation:
    """The sender is this guardian: everything that waits from the phone becomes a conversation on the office line.

    The phone is added to the guardian's addresses if it is new. Raises NotVisible, AlreadyDecided, NotAllowed.
    """
    with transaction():
        text = _waiting(staff, unknown_id)
        guardian = db.session.scalar(select(Guardian).where(Guardian.id == guardian_id, guardian_is_visible_to(staff)))
        if guardian is None:
            raise NotVisible
        return _match(staff, text, guardian)


def create_guardian(
    staff: Staff,
    unknown_id: int,
    *,
    student_id: int,
    given_name: str,
    family_name: str,
    relationship_name: str = "guardian",
    language: str | None = None,
) -> Conversation:
    """The sender is an adult whom no roster names: add them to a student, then match. Raises as `match_unknown`."""
    with transaction():
        text = _waiting(staff, unknown_id)
        if not role_allows(staff.role, Permission.EDIT_PEOPLE):
            raise NotAllowed
        student = db.session.scalar(select(Student).where(Student.id == student_id, student_is_within_reach_of(staff)))
        if student is None:
            raise NotVisible
        guardian = newcomers.add_guardian(
            staff,
            student,
            given_name=given_name,
            family_name=family_name,
            relationship_name=relationship_name,
            language=language,
        )
        return _match(staff, text, guardian)


def ignore_unknown(staff: Staff, unknown_id: int) -> None:
    """Nothing needs to be done about what this phone texted so far. Raises NotVisible, AlreadyDecided."""
    with transaction():
        text = _waiting(staff, unknown_id)
        audit("sender.ignored", text, by=staff)
        _decide(staff, text, UnknownState.IGNORED)


def block_unknown(staff: Staff, unknown_id: int) -> None:
    """This phone is not shown any more, now and later; what it texts is kept. Raises NotVisible, AlreadyDecided."""
    with transaction():
        text = _waiting(staff, unknown_id)
        if db.session.get(BlockedSender, (text.district_id, text.sender)) is None:
            db.session.add(BlockedSender(district_id=text.district_id, address=text.sender, staff_id=staff.id))
        audit("sender.blocked", text, by=staff)
        _decide(staff, text, UnknownState.BLOCKED)


def reconsider_unknown(staff: Staff, unknown_id: int) -> None:
    """Put an ignored or blocked text back on the list, and no longer block its phone. Raises NotVisible, AlreadyDecided."""
    with transaction():
        text = _held(staff, unknown_id)
        if text.state not in {UnknownState.IGNORED, UnknownState.BLOCKED}:
            raise AlreadyDecided
        if text.state == UnknownState.BLOCKED:
            blocked = (BlockedSender.district_id == text.district_id, BlockedSender.address == text.sender)
            db.session.execute(delete(BlockedSender).where(*blocked))
        audit("sender.reconsidered", text, by=staff)
        text.state, text.decided_at, text.decided_by_id = UnknownState.WAITING, None, None
        unknown.changed(text)


def _match(staff: Staff, text: UnknownText, guardian: Guardian) -> Conversation:
    number = db.session.get_one(PhoneNumber, text.phone_number_id)
    participant = pairing.active_pairing(number.id, text.sender)
    if participant is None:
        point = _point(staff, guardian, text.sender)
        school = db.session.get(School, text.school_id) if text.school_id else None
        school = school or starting.school_for(staff, guardian.id, None)
        _line, participant = lines.direct_line(school, point, owner_id=None, number=number)
    for waiting in _all_waiting(staff, text):
        inbound = db.session.get_one(InboundText, waiting.inbound_text_id)
        receiving.add_to_thread(inbound, db.session.get_one(PhoneNumber, waiting.phone_number_id), participant, is_late=True)
        waiting.conversation_id = participant.conversation_id
    audit("sender.matched", text, {"name": guardian.full_name}, by=staff)
    _decide(staff, text, UnknownState.MATCHED)
    return inbox_row.hold(participant.conversation_id)


def _point(staff: Staff, guardian: Guardian, address: str) -> ContactPoint:
    found = next((point for point in guardian.contact_points if point.address == address), None)
    if found is None:
        if not is_e164(address):
            raise CannotReceiveTexts
        found = newcomers.add_phone(staff, guardian, address)
    elif not found.is_active or why_no_texts(found):
        newcomers.texts_came_from(staff, found)
    return found


def _decide(staff: Staff, text: UnknownText, state: UnknownState) -> None:
    """One decision for everything that waits from the phone where this person may decide."""
    for waiting in _all_waiting(staff, text):
        waiting.state, waiting.decided_by_id, waiting.decided_at = state, staff.id, now()
        unknown.changed(waiting)


def _all_waiting(staff: Staff, text: UnknownText) -> list[UnknownText]:
    """What the phone texted to another school is for that school's office to read."""
    return list(
        db.session.scalars(
            select(UnknownText)
            .where(
                UnknownText.district_id == text.district_id,
                UnknownText.sender == text.sender,
                UnknownText.state == UnknownState.WAITING,
                queries.unknown_is_visible_to(staff),
            )
            .order_by(UnknownText.id)
        )
    )


def _waiting(staff: Staff, unknown_id: int) -> UnknownText:
    text = _held(staff, unknown_id)
    if text.state != UnknownState.WAITING:
        raise AlreadyDecided
    return text


def _held(staff: Staff, unknown_id: int) -> UnknownText:
    queries.unknown_text_visible_to(staff, unknown_id)
    return db.session.scalars(
        select(UnknownText).where(UnknownText.id == unknown_id).with_for_update().execution_options(populate_existing=True)
    ).one()

"""Takes recipients from the queue when their time has come, and hands each on to the room that speaks by its route.

Each is taken by a compare-and-set in the commit that hands it on, so that a killed worker sends nothing twice and forgets nobody.
"""

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, select, text, update

from app.accounts.models import Role, Staff
from app.api.groupcall.models import QUEUED, Fate, GroupcallRecipient, GroupcallSend, Route
from app.api.groupcall.progress import OWNER, move
from app.api.work_queue import WorkQueue
from app.conversations import service as conversations
from app.conversations.errors import NoFreeNumber, RecipientOptedOut
from app.conversations.models import Conversation, ConversationKind, Participant
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.delivery import service as delivery
from app.delivery.models import Priority
from app.directory.models import ContactPoint, District, Guardian, PhoneNumber, Purpose, School, Student
from app.directory.models.people import Guardianship
from app.directory.queries.numbers import speaks_for_schools_of
from app.directory.queries.reach import schools_of


def _hand_on(recipient_id: int, staff: Staff) -> None:
    with transaction():
        recipient = _held(recipient_id)
        if recipient is None:
            return
        send = db.session.get_one(GroupcallSend, recipient.send_id)
        if send.is_test:
            recipient.body = ""
            move(recipient, Fate.SENT, "test mode: nothing left")
            move(recipient, Fate.DELIVERED, "test mode: nothing left")
        elif recipient.route == Route.EMAIL:
            _email(send, recipient, staff)
        elif recipient.guardian_id is None and _is_colleagues(staff, recipient.address):
            _text_to_colleague(send, recipient, staff)
        else:
            _text(recipient, staff)
        recipient.body = ""


def _end(recipient_id: int, why: HomeroomError) -> None:
    """What a room refuses is its end, with the reason."""
    with transaction():
        recipient = _held(recipient_id)
        if recipient is not None:
            recipient.body = ""
            move(recipient, Fate.OPTED_OUT if isinstance(why, RecipientOptedOut) else Fate.FAILED, why.code)


def _held(recipient_id: int) -> GroupcallRecipient | None:
    """The row, if nobody was faster."""
    mine = update(GroupcallRecipient).where(GroupcallRecipient.id == recipient_id, text(QUEUED)).values(tries=GroupcallRecipient.tries)
    if cast("CursorResult[object]", db.session.execute(mine)).rowcount != 1:
        return None
    return db.session.get_one(GroupcallRecipient, recipient_id, populate_existing=True)


def _text(recipient: GroupcallRecipient, staff: Staff) -> None:
    """Into the thread of the school's office with the family, where everybody who works there sees it, and whatever they answer."""
    talk = _talk(recipient, staff)
    message = conversations.send(
        staff, talk.id, recipient.body, uuid=recipient.uuid, hold=timedelta(0), priority=Priority.BULK, as_written=True
    )
    recipient.message_id, recipient.conversation_id = message.id, talk.id


def _talk(recipient: GroupcallRecipient, staff: Staff) -> Conversation:
    try:
        with db.session.begin_nested():
            if recipient.contact_point_id is not None:
                return conversations.start_direct(staff, recipient.contact_point_id, office=True)
            return conversations.start_with_number(staff, recipient.address, office=True)
    except NoFreeNumber:
        going_on = _going_on(recipient)
        if going_on is None:
            raise
        return going_on


def _going_on(recipient: GroupcallRecipient) -> Conversation | None:
    """Where our numbers all speak with this phone already, the newest of these threads; `send` asks whether it may be written to."""
    newest = (
        select(Conversation)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(
            Conversation.district_id == db.session.get_one(GroupcallSend, recipient.send_id).district_id,
            Conversation.kind == ConversationKind.DIRECT,
            Conversation.deleted_at.is_(None),
            Participant.address == recipient.address,
            Participant.pairing_deactivated_at.is_(None),
            Participant.left_at.is_(None),
        )
    )
    if recipient.guardian_id is not None:
        newest = newest.where(Conversation.guardian_id == recipient.guardian_id)
    return db.session.scalar(newest.order_by(Conversation.id.desc()).limit(1))


def _is_colleagues(staff: Staff, address: str) -> bool:
    known = select(Staff.id).where(Staff.district_id == staff.district_id, Staff.phone == address)
    nobodys = db.session.scalar(
        select(ContactPoint.id).where(ContactPoint.district_id == staff.district_id, ContactPoint.address == address)
    )
    return nobodys is None and db.session.scalar(known.limit(1)) is not None


def _text_to_colleague(send: GroupcallSend, recipient: GroupcallRecipient, staff: Staff) -> None:
    """No thread: colleagues are no families. It leaves from a number for announcements, where there is one; for a school from its own."""
    is_anothers = PhoneNumber.school_id.is_not(None) if staff.role == Role.DISTRICT_ADMIN else PhoneNumber.school_id.is_(None)
    number = db.session.scalar(
        select(PhoneNumber)
        .where(speaks_for_schools_of(staff), PhoneNumber.is_active.is_(True), PhoneNumber.purpose != Purpose.FAX)
        .order_by(PhoneNumber.purpose == Purpose.CONVERSATION, is_anothers, PhoneNumber.id)
        .limit(1)
    )
    if number is None:
        raise NoFreeNumber(recipient.address)
    (sent,) = delivery.enqueue(
        delivery.EnqueueRequest(
            send.district_id, OWNER, recipient.id, recipient.body, (delivery.Recipient(recipient.address, number.id),),
            priority=Priority.BULK, segments=recipient.units,
        )
    )  # fmt: skip
    recipient.delivery_id = sent.id


def _email(send: GroupcallSend, recipient: GroupcallRecipient, staff: Staff) -> None:
    school = _school(recipient, staff)
    district = db.session.get_one(District, send.district_id)
    guardian = db.session.get(Guardian, recipient.guardian_id) if recipient.guardian_id is not None else None
    letter = delivery.Letter(
        send.subject or (school.name if school is not None else district.name), recipient.body,
        guardian.language if guardian is not None else district.language, school.id if school is not None else None, send.reply_to,
        tuple(send.media),
    )  # fmt: skip
    mailbox = delivery.Mailbox(recipient.address, recipient.contact_point_id)
    (sent,) = delivery.enqueue_letter(delivery.LetterRequest(send.district_id, OWNER, recipient.id, letter, (mailbox,), Priority.BULK))
    recipient.delivery_id = sent.id


def _school(recipient: GroupcallRecipient, staff: Staff) -> School | None:
    """In whose name an email speaks: the one school of the system, else that of the family's first child; None for the district."""
    schools = schools_of(staff)
    if len(schools) == 1:
        return schools[0]
    if recipient.guardian_id is None:
        return None
    first = (
        select(Student.school_id)
        .join(Guardianship, Guardianship.student_id == Student.id)
        .where(Guardianship.guardian_id == recipient.guardian_id, Guardianship.is_active.is_(True), Student.is_active.is_(True))
        .order_by(Guardianship.priority, Student.id)
        .limit(1)
    )
    number = db.session.scalar(first)
    return db.session.get(School, number) if number is not None else None


queue = WorkQueue(GroupcallRecipient, GroupcallRecipient.id, QUEUED, _hand_on, _end, turn=GroupcallRecipient.send_id)
"""A small message does not wait for a large one of the same system either."""

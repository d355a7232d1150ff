"""Who has read how far. Receipts only move forward; what is unread is kept per person at write time."""

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select, update

from app.accounts.events import ReadingMadePrivate
from app.accounts.models import Staff
from app.conversations import queries
from app.conversations.events import ReceiptMoved
from app.conversations.models import Conversation, Mention, Message, MessageKind, Participant, Receipt
from app.conversations.service import access, inbox_row, office_line
from app.conversations.service.desk import Desk
from app.core import rows
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.events import within


def mark_read(staff: Staff, conversation_id: int, up_to_message_id: int | None = None) -> int:
    """Note that this person has read up to a message, by default the newest; returns what is still unread.

    Going back is not possible: an older message than the receipt's changes nothing.
    """
    with transaction():
        conversation = access.readable(staff, conversation_id)
        newest = db.session.scalar(select(func.max(Message.id)).where(Message.conversation_id == conversation.id)) or 0
        up_to = min(up_to_message_id or newest, newest)
        see_mentions(conversation, staff)
        return has_read(conversation, staff, up_to)


def mark_unread(staff: Staff, conversation_id: int) -> None:
    """Put the conversation back among the unread of this person, who thereby takes part in it."""
    with transaction():
        conversation = access.readable(staff, conversation_id)
        place = office_line.join_one(conversation, staff.id)
        if place.unread_count == 0:
            place.unread_count = 1
            db.session.flush()
            inbox_row.tell_unread(conversation, [staff.id])


def mark_unread_from(staff: Staff, message_id: int) -> None:
    """Put a message, and all that came after it, back among what this person has not read; they thereby take part. Raises NotVisible."""
    with transaction():
        message = queries.message_visible_to(staff, message_id)
        conversation = access.readable(staff, message.conversation_id)
        place = office_line.join_one(conversation, staff.id)
        count = max(_unread_after(conversation, staff, message.id - 1), 1)
        if place.unread_count != count:
            place.unread_count = count
            db.session.flush()
            inbox_row.tell_unread(conversation, [staff.id])


def count_again(staff: Staff) -> int:
    """Count anew what this person has not read, conversation by conversation; returns how many were counted wrongly.

    What somebody marked as unread stays so.
    """
    read_up_to = select(Receipt.message_id).where(
        Receipt.conversation_id == Participant.conversation_id, Receipt.staff_id == Participant.staff_id
    )
    suspects = select(Participant.conversation_id).where(
        Participant.staff_id == staff.id,
        or_(Participant.unread_count > 0, Participant.last_message_id > func.coalesce(read_up_to.scalar_subquery(), 0)),
    )
    wrong = 0
    for number in list(db.session.scalars(suspects.order_by(Participant.conversation_id))):
        with transaction():
            conversation = inbox_row.hold(number)
            place = db.session.scalars(
                select(Participant).where(Participant.conversation_id == number, Participant.staff_id == staff.id)
            ).one()
            read = db.session.scalar(select(Receipt.message_id).where(Receipt.conversation_id == number, Receipt.staff_id == staff.id))
            left = _unread_after(conversation, staff, read or 0) if place.left_at is None else 0
            if left == place.unread_count or (left == 0 and place.unread_count == 1 and place.left_at is None):
                continue
            place.unread_count = left
            db.session.flush()
            inbox_row.tell_unread(conversation, [staff.id])
            wrong += 1
    return wrong


def has_read(conversation: Conversation, staff: Staff, up_to: int) -> int:
    """The same for a held conversation, within a transaction; sending counts as having read."""
    moved = _move(conversation, up_to, staff=staff)
    place = db.session.scalar(select(Participant).where(Participant.conversation_id == conversation.id, Participant.staff_id == staff.id))
    left = 0
    if place is not None and place.unread_count:
        left = _unread_after(conversation, staff, moved.message_id)
        if left != place.unread_count:
            place.unread_count = left
            db.session.flush()
            inbox_row.tell_unread(conversation, [staff.id])
    return left


@within(ReadingMadePrivate)
def hide_receipts(fact: ReadingMadePrivate) -> None:
    """What a person has read so far is private, too. Shown again, conversation by conversation, it only is by reading on."""
    db.session.execute(update(Receipt).where(Receipt.staff_id == fact.staff_id).values(is_private=True))


def have_written(writer: Staff, written: Sequence[tuple[Conversation, int, Desk]]) -> None:
    """Sending a message, known by its number, counts as having read; the row was told so already. Within a transaction."""
    further = [each for each in written if each[1] > each[2].read_up_to]
    news = {"read_at": now(), "is_private": writer.private_receipts}
    begun = [(talk, number) for talk, number, desk in further if desk.receipt_id is None]
    moved = [(desk.receipt_id, number) for _talk, number, desk in further if desk.receipt_id is not None]
    rows.add_each(Receipt, [{"conversation_id": talk.id, "staff_id": writer.id, "message_id": number} | news for talk, number in begun])
    rows.change_each(Receipt, [(receipt_id, {"message_id": number} | news) for receipt_id, number in moved])
    if not writer.private_receipts:
        open_events().extend(
            ReceiptMoved(talk.district_id, talk.id, number, writer.id, None, desk.read_up_to) for talk, number, desk in further
        )
    if unread := [talk for talk, _number, desk in written if desk.unread]:
        inbox_row.tell_all_read(unread, writer.id)


def see_mentions(conversation: Conversation, staff: Staff) -> None:
    """What called this person here has been seen. Belongs into a transaction."""
    mine = select(Message.id).where(Message.conversation_id == conversation.id)
    db.session.execute(
        update(Mention).where(Mention.staff_id == staff.id, Mention.seen_at.is_(None), Mention.message_id.in_(mine)).values(seen_at=now())
    )


def guardian_has_read(conversation: Conversation, participant: Participant, up_to: int) -> None:
    """A guardian opened the web thread. Belongs into a transaction; the messages up to there count as read."""
    _move(conversation, up_to, participant=participant)
    unread = select(Message).where(
        Message.conversation_id == conversation.id,
        Message.id <= up_to,
        Message.kind == MessageKind.OUTBOUND,
        Message.read_at.is_(None),
    )
    for message in db.session.scalars(unread):
        message.read_at = now()


def _move(conversation: Conversation, up_to: int, *, staff: Staff | None = None, participant: Participant | None = None) -> Receipt:
    reader = Receipt.staff_id == staff.id if staff else Receipt.participant_id == (participant.id if participant else None)
    receipt = db.session.scalar(select(Receipt).where(Receipt.conversation_id == conversation.id, reader).with_for_update())
    is_private = staff is not None and staff.private_receipts
    if receipt is None:
        receipt = Receipt(
            conversation_id=conversation.id,
            staff_id=staff.id if staff else None,
            participant_id=participant.id if participant else None,
            message_id=0,
        )
        db.session.add(receipt)
    receipt.is_private = is_private
    if up_to <= receipt.message_id:
        db.session.flush()
        return receipt
    since, receipt.message_id, receipt.read_at = receipt.message_id, up_to, now()
    db.session.flush()
    if not is_private:
        open_events().append(
            ReceiptMoved(
                conversation.district_id,
                conversation.id,
                up_to,
                staff.id if staff else None,
                participant.id if participant else None,
                since,
            )
        )
    return receipt


def _unread_after(conversation: Conversation, staff: Staff, message_id: int) -> int:
    """How many entries after `message_id` count for this person: what guardians wrote, and notes that call them."""
    calls_me = exists().where(Mention.message_id == Message.id, Mention.staff_id == staff.id)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Message)
            .where(
                Message.conversation_id == conversation.id,
                Message.id > message_id,
                or_(Message.kind == MessageKind.INBOUND, calls_me),
            )
        )
        or 0
    )

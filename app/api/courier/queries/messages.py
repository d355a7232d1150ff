"""Messages of a channel, and what hangs on them, in a fixed number of queries for a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.models import Staff
from app.api.courier.models import MessageDraft
from app.api.courier.queries.channels import details_of
from app.conversations.models import Attachment, Conversation, Message, MessageKind, Participant, Reaction, Receipt
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian

MOVED_AT = func.coalesce(Message.read_at, Message.delivered_at, Message.sent_at, Message.created_at)
"""When something about a message changed last."""
OF_MESSAGE = "message"
"""The owner of a message's deliveries in the outbox."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of a channel, and how far they have read; None where they keep that to themselves."""

    person: Staff | Guardian
    receipt: Receipt | None
    is_private: bool

    def has_read(self, message_id: int) -> bool:
        """Whether they have read a message, as far as others may know."""
        return self.receipt is not None and not self.is_private and self.receipt.message_id >= message_id


@dataclass(slots=True)
class Posted:
    """A message with what its document shows."""

    message: Message
    channel: UUID
    person: Staff | Guardian | None = None
    """Who wrote it; None where the house did."""
    attachments: list[Attachment] = field(default_factory=list)
    reactions: list[tuple[Reaction, Staff]] = field(default_factory=list)
    deliveries: list[tuple[Delivery, UUID | None]] = field(default_factory=list)
    """Each text that left for it, and to whom."""
    is_acknowledged: bool = False


def message_rows(conversation: Conversation) -> Select[Message]:
    """The messages of a visible channel, newest first. Notes of the staff are none of another system's business."""
    kinds = [MessageKind.INBOUND, MessageKind.OUTBOUND]
    if details_of(conversation.id).shows_events:
        kinds.append(MessageKind.EVENT)
    return (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.kind.in_(kinds))
        .order_by(Message.id.desc())
        .execution_options(populate_existing=True)
    )


def message_named(staff: Staff, uuid: UUID) -> tuple[Message, Conversation]:
    """A message that somebody sees, and its conversation. Raises NotVisible."""
    found = db.session.execute(
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.uuid == uuid, Message.kind != MessageKind.NOTE, is_visible_to(staff))
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotVisible
    return found[0], found[1]


def draft_named(staff: Staff, uuid: UUID) -> MessageDraft | None:
    """One's own draft that was not released yet, if the conversation is still seen."""
    return db.session.scalar(_drafts(staff).where(MessageDraft.uuid == uuid))


def drafts_of(staff: Staff, conversation: Conversation) -> list[MessageDraft]:
    """What somebody keeps back in a channel, newest first."""
    return list(db.session.scalars(_drafts(staff).where(MessageDraft.conversation_id == conversation.id).order_by(MessageDraft.id.desc())))


def _drafts(staff: Staff) -> Select[MessageDraft]:
    return (
        select(MessageDraft)
        .join(Conversation, Conversation.id == MessageDraft.conversation_id)
        .where(MessageDraft.staff_id == staff.id, MessageDraft.released_at.is_(None), is_visible_to(staff))
    )


def read_up_to(staff: Staff, conversation: Conversation) -> int:
    """The last message that somebody has acknowledged; 0 before the first."""
    query = select(Receipt.message_id).where(Receipt.conversation_id == conversation.id, Receipt.staff_id == staff.id)
    return db.session.scalar(query) or 0


def is_acknowledged_by(staff: Staff, conversation: Conversation) -> ColumnElement[bool]:
    """The condition on `Message`: read up to it, or one's own."""
    return or_(Message.id <= read_up_to(staff, conversation), func.coalesce(Message.staff_id, 0) == staff.id)


def posted(staff: Staff, conversation: Conversation, messages: Sequence[Message]) -> list[Posted]:
    """Messages of one channel with all that their documents show, in their order."""
    up_to = read_up_to(staff, conversation)
    found = {each.id: Posted(each, conversation.uuid, is_acknowledged=each.id <= up_to or each.staff_id == staff.id) for each in messages}
    _add_authors(found)
    for attachment in _all(Attachment, Attachment.message_id, found):
        found[attachment.message_id].attachments.append(attachment)
    reacted = select(Reaction, Staff).join(Staff, Staff.id == Reaction.staff_id).where(Reaction.message_id.in_(found))
    for reaction, person in db.session.execute(reacted.order_by(Reaction.id)):
        found[reaction.message_id].reactions.append((reaction, person))
    _add_deliveries(found)
    return [found[each.id] for each in messages]


def readers_of(conversation: Conversation) -> list[Reader]:
    """Who takes part in a channel, and how far each has read."""
    query = (
        select(Staff, Guardian, Receipt)
        .select_from(Participant)
        .outerjoin(Staff, Staff.id == Participant.staff_id)
        .outerjoin(Guardian, Guardian.id == Participant.guardian_id)
        .outerjoin(
            Receipt,
            (Receipt.conversation_id == Participant.conversation_id)
            & or_(Receipt.staff_id == Participant.staff_id, Receipt.participant_id == Participant.id),
        )
        .where(Participant.conversation_id == conversation.id, Participant.left_at.is_(None))
        .order_by(Participant.id)
    )
    rows: list[Any] = list(db.session.execute(query))  # outer joins: any of these may be None
    return [
        Reader(staff or guardian, receipt, bool(staff and staff.private_receipts) or bool(receipt and receipt.is_private))
        for staff, guardian, receipt in rows
        if staff or guardian
    ]


def _add_authors(found: dict[int, Posted]) -> None:
    staff = {each.id: each for each in _all(Staff, Staff.id, {one.message.staff_id for one in found.values() if one.message.staff_id})}
    places = {one.message.participant_id for one in found.values() if one.message.participant_id}
    guardians = {}
    if places:
        written = select(Participant.id, Guardian).join(Guardian, Guardian.id == Participant.guardian_id).where(Participant.id.in_(places))
        guardians = {row[0]: row[1] for row in db.session.execute(written)}
    for one in found.values():
        one.person = staff.get(one.message.staff_id or 0) or guardians.get(one.message.participant_id or 0)


def _add_deliveries(found: dict[int, Posted]) -> None:
    """The texts of a message; of a group in which each hears privately, those of its copies."""
    outbound = {number for number, one in found.items() if one.message.kind == MessageKind.OUTBOUND}
    owners = {number: number for number in outbound}
    if outbound:
        copies = db.session.execute(select(Message.id, Message.parent_id).where(Message.parent_id.in_(outbound)))
        owners |= {copy: parent for copy, parent in copies if parent is not None}
    if not owners:
        return
    query = (
        select(Delivery, Guardian.uuid)
        .outerjoin(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(Delivery.owner_kind == OF_MESSAGE, Delivery.owner_id.in_(owners))
        .order_by(Delivery.id)
    )
    for delivery, guardian in db.session.execute(query):
        found[owners[delivery.owner_id]].deliveries.append((delivery, guardian))


def _all(kind: Any, column: Any, values: Collection[Any]) -> list[Any]:
    return list(db.session.scalars(select(kind).where(column.in_(values)).order_by(kind.id))) if values else []

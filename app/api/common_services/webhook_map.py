"""What happens in threads, as news for the programs whose conversations they are. One indexed look each where nobody wants to know."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Bearer
from app.accounts.queries_access import hears_as
from app.api import programs
from app.api.common_services.models import ClientConversation, ClientMessage, ClientParticipant, ClientService, Taking
from app.api.common_services.webhooks import INBOUND_MMS, INBOUND_SMS, tell_message
from app.carrier.models import InboundText
from app.conversations.events import MessageAdded, MessageChanged, MessageStatusChanged, UnknownTextsChanged
from app.conversations.models import Attachment, Message, MessageKind, UnknownState, UnknownText
from app.conversations.queries import unknown_is_visible_to
from app.core.database import db
from app.directory.models import PhoneNumber

LATELY = 200
"""Texts over a number among which is looked for one of a system that is still let in."""


@programs.within_all(MessageStatusChanged)
def follow(facts: Sequence[MessageStatusChanged]) -> None:
    """Messages that a program asked for moved on."""
    ids = {fact.message_id for fact in facts}
    asked = db.session.execute(select(ClientMessage.message_id, ClientMessage.id).where(ClientMessage.message_id.in_(ids)))
    numbers = {row.message_id: row.id for row in asked}
    for fact in facts:
        if fact.message_id in numbers:
            tell_message(numbers[fact.message_id])


@programs.within(MessageAdded)
def receive(fact: MessageAdded) -> None:
    """Somebody wrote in a conversation of a program."""
    if fact.kind != MessageKind.INBOUND:
        return
    found = db.session.execute(
        select(ClientParticipant.conversation_id, ClientConversation.bearer_id)
        .join(ClientConversation, ClientConversation.id == ClientParticipant.conversation_id)
        .where(ClientParticipant.thread_id == fact.conversation_id)
    ).first()
    message = db.session.get_one(Message, fact.message_id) if found is not None else None
    inbound = db.session.get(InboundText, message.inbound_text_id) if message is not None and message.inbound_text_id else None
    if found is None or message is None or inbound is None:
        return
    keep(inbound, found.bearer_id, conversation_id=found.conversation_id, message=message)


@programs.within(UnknownTextsChanged)
def receive_unknown(fact: UnknownTextsChanged) -> None:
    """Somebody wrote who takes part in nothing: whose number that is hears of it."""
    text = db.session.get_one(UnknownText, fact.unknown_id)
    if text.state != UnknownState.WAITING:
        return
    bearer_id = owner_of(text.phone_number_id)
    if bearer_id is None or not _reads_strangers(bearer_id, text.id):
        return
    if db.session.scalar(select(ClientMessage.id).where(ClientMessage.inbound_text_id == text.inbound_text_id)):
        return
    keep(db.session.get_one(InboundText, text.inbound_text_id), bearer_id)


@programs.within(MessageChanged)
def follow_files(fact: MessageChanged) -> None:
    """The files of what somebody sent were fetched."""
    row = db.session.scalar(select(ClientMessage).where(ClientMessage.message_id == fact.message_id))
    if row is None or not row.is_inbound or not row.is_mms or row.has_told_media:
        return
    files = db.session.scalars(select(Attachment).where(Attachment.message_id == fact.message_id)).all()
    if files and all(each.file_key or each.problem for each in files):
        row.has_told_media = True
        db.session.flush()
        tell_message(row.id, media=True)


def keep(inbound: InboundText, bearer_id: int, *, conversation_id: int | None = None, message: Message | None = None) -> None:
    """Write down what came in for a bearer, and tell it. Belongs into the transaction that routed it."""
    row = ClientMessage(
        district_id=inbound.district_id,
        bearer_id=bearer_id,
        conversation_id=conversation_id,
        message_id=message.id if message is not None else None,
        inbound_text_id=inbound.id,
        is_inbound=True,
        sender=inbound.sender[:32],
        receiver=db.session.get_one(PhoneNumber, inbound.phone_number_id).address,
        is_mms=bool(inbound.media),
        media_urls=[str(one.get("url", "")) for one in inbound.media] or None,
        state=Taking.TAKEN,
        created_at=inbound.received_at,
    )
    if message is not None:
        row.uuid = message.uuid
    db.session.add(row)
    db.session.flush()
    tell_message(row.id, INBOUND_MMS if row.is_mms else INBOUND_SMS)


def _reads_strangers(bearer_id: int, unknown_id: int) -> bool:
    """Whether who acts for it would read this text on a page as well."""
    staff, _scopes = hears_as(bearer_id)
    return db.session.scalar(select(UnknownText.id).where(UnknownText.id == unknown_id, unknown_is_visible_to(staff))) is not None


def owner_of(phone_number_id: int) -> int | None:
    """The bearer who made the messaging service of a number, or who of those that are still let in spoke over it last."""
    made = (
        select(ClientService.bearer_id)
        .join(Bearer, (Bearer.id == ClientService.bearer_id) & Bearer.deleted_at.is_(None))
        .join(PhoneNumber, PhoneNumber.messaging_service_id == ClientService.messaging_service_id)
        .where(PhoneNumber.id == phone_number_id)
    )
    number = db.session.get_one(PhoneNumber, phone_number_id)
    if (maker := db.session.scalar(made)) is not None:
        return maker
    over_it = select(ClientMessage.bearer_id).where(ClientMessage.district_id == number.district_id, ClientMessage.sender == number.address)
    last = db.session.scalars(over_it.order_by(ClientMessage.id.desc()).limit(LATELY)).all()
    let_in = set(db.session.scalars(select(Bearer.id).where(Bearer.id.in_(set(last)), Bearer.deleted_at.is_(None)))) if last else set()
    return next((bearer_id for bearer_id in last if bearer_id in let_in), None)

"""The guardian's web thread: one guardian, one conversation, no account. The link expires, and staff can end it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.config import Settings
from app.conversations import queries
from app.conversations.errors import MessageTooLong, NotAllowed, NothingToSend, TooManyFiles
from app.conversations.events import InboundWordsArrived
from app.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    GuardianLink,
    Message,
    MessageKind,
    MessageStatus,
    Participant,
)
from app.conversations.service import (
    access,
    attachments,
    composing,
    dispatch,
    group_relay,
    inbox_row,
    keyword_replies,
    reading,
    receiving,
    secret_texts,
    translating,
)
from app.conversations.service.attachments import Kept
from app.conversations.service.keyword_replies import Speaker
from app.conversations.service.recipients import Recipient, recipients_of
from app.conversations.service.secret_texts import Secret
from app.conversations.service.standing_words import Standing
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.core.search_text import indexable
from app.core.signed_links import BadLink, ExpiredLink
from app.directory.models import ConsentSource, ContactPoint, District, PhoneNumber
from app.directory.queries import may_be_contacted

DAYS = 30
MOST_FILES = 3
PATH = "/g/"
"""The page's address is this and the token."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who came by a link, and to which conversation."""

    link: GuardianLink
    participant: Participant
    conversation: Conversation
    sender: Recipient


def create_link(staff: Staff, participant_id: int) -> str:
    """A new secret address for one guardian. Raises NotVisible, NotAllowed. Earlier links go on working until they expire."""
    with transaction():
        participant = queries.participant_visible_to(staff, participant_id)
        access.may_write(staff)
        audit("guardian_link.created", _conversation_of(participant), by=staff)
        return _new_address(participant)


def send_link(staff: Staff, conversation_id: int, *, uuid: UUID) -> Message:
    """Text the guardian of a direct conversation a link to it, in words of the house. Raises as `send`."""
    with transaction():
        conversation = access.writable(staff, conversation_id)
        if first := dispatch.earlier(uuid, conversation, staff):
            return first
        if conversation.kind != ConversationKind.DIRECT:
            raise NotAllowed(_("A link opens a conversation with one guardian. Send it from there."))
        recipients = recipients_of(conversation)
        if not recipients:
            raise NothingToSend
        recipient = recipients[0]
        address = _new_address(recipient.participant)
        audit("guardian_link.created", conversation, by=staff)
        secret = Secret(Standing.LINK, address, {"link": True})
        return secret_texts.text(staff, conversation, recipient, secret, uuid=uuid)


def revoke_links(staff: Staff, participant_id: int) -> int:
    """End every link of a guardian at once; returns how many worked until now. Raises NotVisible, NotAllowed."""
    with transaction():
        participant = queries.participant_visible_to(staff, participant_id)
        access.may_write(staff)
        audit("guardian_link.revoked", _conversation_of(participant), by=staff)
        alive = (GuardianLink.participant_id == participant.id, GuardianLink.revoked_at.is_(None), GuardianLink.expires_at > now())
        ended = db.session.execute(update(GuardianLink).where(*alive).values(revoked_at=now()).returning(GuardianLink.id))
        return len(ended.all())


def open_link(token: str) -> Visit:
    """Who may come in by this link. Raises ExpiredLink for one that was good once, BadLink for all others.

    A guardian who was taken out of the conversation, or whom the records no longer let us contact, stays outside.
    """
    link = db.session.scalar(select(GuardianLink).where(GuardianLink.token_hash == signed_links.token_digest(token)))
    if link is None:
        raise BadLink
    participant = db.session.get_one(Participant, link.participant_id)
    conversation = db.session.get_one(Conversation, participant.conversation_id)
    if link.revoked_at is not None or link.expires_at <= now():
        raise ExpiredLink(_("This link has ended. Ask the school for a new one, or answer its text."))
    is_inside = participant.left_at is None and conversation.deleted_at is None
    if not is_inside or participant.guardian_id is None or not may_be_contacted(participant.guardian_id):
        raise ExpiredLink(_("This link has ended. Ask the school for a new one, or answer its text."))
    point = db.session.get_one(ContactPoint, participant.contact_point_id)
    number = db.session.get(PhoneNumber, participant.phone_number_id) if participant.phone_number_id else None
    return Visit(link, participant, conversation, Recipient(participant, point, point.guardian, number))


def shown_to_guardian(visit: Visit, *, before_id: int | None = None, limit: int = 50) -> list[Message]:
    """What this guardian may read, oldest first: texts, never notes or events, and nothing that can still be taken back."""
    wanted = [
        Message.conversation_id == visit.conversation.id,
        Message.kind.in_((MessageKind.INBOUND, MessageKind.OUTBOUND)),
        Message.status.not_in((MessageStatus.CANCELLED, MessageStatus.PENDING)),
    ]
    if before_id is not None:
        wanted.append(Message.id < before_id)
    newest = db.session.scalars(select(Message).where(*wanted).order_by(Message.id.desc()).limit(limit))
    return list(reversed(newest.all()))


def attachment_for_guardian(visit: Visit, attachment_uuid: UUID) -> Attachment | None:
    """A file of one of the messages that this guardian may read."""
    return db.session.scalar(
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(
            Attachment.uuid == attachment_uuid,
            Message.conversation_id == visit.conversation.id,
            Message.kind.in_((MessageKind.INBOUND, MessageKind.OUTBOUND)),
            Message.status.not_in((MessageStatus.CANCELLED, MessageStatus.PENDING)),
        )
    )


def guardian_read(token: str, up_to_message_id: int) -> None:
    """The guardian has the page open: what was sent up to a message counts as read. Raises as `open_link`."""
    with transaction():
        visit = open_link(token)
        conversation = inbox_row.hold(visit.conversation.id)
        visit.link.last_opened_at = now()
        reading.guardian_has_read(conversation, visit.participant, min(up_to_message_id, conversation.last_message_id))


def guardian_reply(token: str, body: str, *, uuid: UUID, files: Sequence[tuple[BinaryIO, str | None, str | None]] = ()) -> Message:
    """What the guardian writes on the page, with photos as (stream, name, claimed type). It is as good as a text.

    The same `uuid` again gives the first message. Raises NothingToSend, MessageTooLong, TooManyFiles, UploadRefused,
    FileTooLarge, and as `open_link`.
    """
    words = composing.tidy(body)
    visit = open_link(token)
    if not words and not files:
        raise NothingToSend
    if len(words) > composing.LONGEST_MMS:
        raise MessageTooLong(len(words) // 153 + 1, composing.LONGEST_MMS // 153)
    if len(files) > MOST_FILES:
        raise TooManyFiles(_("Send at most %(most)s files at once.", most=MOST_FILES))
    earlier = queries.message_by_uuid(uuid)
    if earlier is not None:
        return _only_own(earlier, visit)
    release_connection()
    kept = attachments.keep_all(files)
    with transaction():
        visit = open_link(token)
        conversation = inbox_row.hold(visit.conversation.id)
        earlier = queries.message_by_uuid(uuid)
        if earlier is not None:
            return _only_own(earlier, visit)
        message = _write(conversation, visit, words, uuid, kept)
        speaker = _speaker(visit, words) if not kept else None
        spoken = keyword_replies.understand_page(speaker) if speaker is not None else None
        receiving.wake(conversation, message, waits=spoken is None)
        if speaker is not None and spoken is not None:
            receiving.act_on(conversation, visit.sender, spoken, speaker)
            return message
        receiving.suggest_refusal(conversation, visit.sender, message)
        if conversation.kind == ConversationKind.GROUP:
            group_relay.relay(conversation, message)
        if message.awaits_translation:
            open_events().append(InboundWordsArrived(message.id))
    return message


def _speaker(visit: Visit, words: str) -> Speaker | None:
    """STOP on the page counts as if the guardian's phone had texted it to the number of this conversation."""
    number, address = visit.sender.number, visit.participant.address or visit.sender.point.address
    return Speaker(number, address, words, ConsentSource.WEB) if number is not None else None


def _write(conversation: Conversation, visit: Visit, words: str, uuid: UUID, kept: Sequence[Kept]) -> Message:
    message = Message(
        uuid=uuid,
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.INBOUND,
        participant_id=visit.participant.id,
        author=visit.sender.guardian.full_name[:120],
        body=words,
        status=MessageStatus.DELIVERED,
        channel="web",
        recipients=0,
        search_text=indexable(words),
    )
    message.attachments = [_attachment(conversation, file) for file in kept]
    translating.expect(message, conversation)
    db.session.add(message)
    db.session.flush()
    return message


def _attachment(conversation: Conversation, file: Kept) -> Attachment:
    attachment = Attachment(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
    )
    attachments.hold(attachment, file)
    return attachment


def _only_own(message: Message, visit: Visit) -> Message:
    if message.participant_id != visit.participant.id:
        raise BadLink
    return message


def _new_address(participant: Participant) -> str:
    settings: Settings = current_app.extensions["settings"]
    conversation = db.session.get_one(Conversation, participant.conversation_id)
    if participant.contact_point_id is None or conversation.kind == ConversationKind.EACH:
        raise NotAllowed(_("A link opens a conversation with one guardian. Send it from there."))
    district = db.session.get_one(District, conversation.district_id)
    fresh = signed_links.new_token()
    days = int(district.settings.get("guardian_link_days", DAYS))
    db.session.add(
        GuardianLink(
            district_id=district.id,
            participant_id=participant.id,
            token_hash=fresh.digest,
            expires_at=now() + timedelta(days=days),
        )
    )
    db.session.flush()
    return f"{settings.public_url.rstrip('/')}{PATH}{fresh.token}"


def _conversation_of(participant: Participant) -> Conversation:
    return db.session.get_one(Conversation, participant.conversation_id)

"""Writes what is sent into threads and outbox, in one commit. Whoever calls has checked who writes, and holds the conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations import queries
from app.conversations.errors import NobodyToReach
from app.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    ConversationState,
    Message,
    MessageKind,
)
from app.conversations.service import inbox_row, office_line, outbox, reading, starting
from app.conversations.service.composing import Letter, Parcel, letters_for
from app.conversations.service.recipients import Recipient, recipients_of, refusal
from app.core.clock import now
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.search_text import indexable
from app.directory.models import PhoneNumber, School

ACTIVE_FOR = timedelta(hours=24)
"""An answer within this time after the guardian wrote passes quiet hours."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One act of sending: the same for every copy of it."""

    writer: Staff
    uuid: UUID
    due_at: datetime
    details: dict[str, Any]


def deliver(conversation: Conversation, parcel: Parcel, sending: Sending) -> Message:
    """Add the message with its deliveries. Raises what forbids it: to the one recipient, or to all of a group."""
    if conversation.kind == ConversationKind.DIRECT:
        return _direct(conversation, parcel, sending)
    if conversation.kind == ConversationKind.GROUP:
        return _group(conversation, parcel, sending)
    return _each(conversation, parcel, sending)


def check_recipients(conversation: Conversation, parcel: Parcel, writer: Staff) -> None:
    """Raise what `deliver` would raise now; for messages that are to leave later."""
    reached, _skipped = _sorted(conversation, recipients_of(conversation))
    letters_for(conversation, parcel, reached, writer)


def is_active(conversation_id: int) -> bool:
    """Whether the guardian wrote lately, so that a text now is an answer."""
    last = db.session.scalar(
        select(Message.created_at)
        .where(Message.conversation_id == conversation_id, Message.kind == MessageKind.INBOUND)
        .order_by(Message.id.desc())
        .limit(1)
    )
    return last is not None and last > now() - ACTIVE_FOR


def _direct(conversation: Conversation, parcel: Parcel, sending: Sending) -> Message:
    reached, _skipped = _sorted(conversation, recipients_of(conversation))
    (letter,) = letters_for(conversation, parcel, reached[:1], sending.writer)
    return _post(conversation, [letter], parcel, sending, body=letter.body)


def _group(conversation: Conversation, parcel: Parcel, sending: Sending) -> Message:
    reached, skipped = _sorted(conversation, recipients_of(conversation))
    letters = letters_for(conversation, parcel, reached, sending.writer)
    return _post(conversation, letters, parcel, sending, body=parcel.body, skipped=skipped)


def _each(conversation: Conversation, parcel: Parcel, sending: Sending) -> Message:
    """The group shows one message; each guardian's own conversation shows the copy that reaches them."""
    reached, skipped = _sorted(conversation, recipients_of(conversation))
    school = db.session.get_one(School, conversation.school_id)
    letters = letters_for(conversation, parcel, reached, sending.writer)
    parent = _message(conversation, parcel, sending, body=parcel.body, letters=letters, skipped=skipped)
    parent.details = {**parent.details, "copies": True}
    for letter in letters:
        line, participant = starting.direct_line(school, letter.recipient.point, owner_id=conversation.created_by_id)
        number = db.session.get(PhoneNumber, participant.phone_number_id)
        own = Recipient(participant, letter.recipient.point, letter.recipient.guardian, number)
        copy = Letter(own, letter.body, letter.words, letter.translation, letter.translation_language)
        child = _post(line, [copy], parcel, sending, body=letter.body, parent=parent)
        if child.is_held:
            parent.is_held, parent.due_at = True, child.due_at
    _follow_up(conversation, parent, sending.writer)
    return parent


def _sorted(conversation: Conversation, recipients: list[Recipient]) -> tuple[list[Recipient], list[dict[str, Any]]]:
    """Who can be reached, and who is left out with the reason. Raises when nobody is left."""
    reached: list[Recipient] = []
    skipped: list[dict[str, Any]] = []
    reasons: list[HomeroomError] = []
    for recipient in recipients:
        reason = refusal(conversation, recipient)
        if reason is None:
            reached.append(recipient)
        else:
            reasons.append(reason)
            skipped.append(
                {
                    "participant_id": recipient.participant.id,
                    "name": recipient.guardian.full_name,
                    "code": reason.code,
                    "advice": reason.advice,
                }
            )
    if reached:
        return reached, skipped
    if len(reasons) == 1:
        raise reasons[0]
    if not reasons:
        raise NobodyToReach(_("Nobody is in this conversation any more. Begin a new one from the family's page."))
    raise NobodyToReach(_("Nobody in this group can get a text. %(first)s", first=reasons[0].advice))


def _post(
    conversation: Conversation,
    letters: list[Letter],
    parcel: Parcel,
    sending: Sending,
    *,
    body: str,
    skipped: list[dict[str, Any]] | None = None,
    parent: Message | None = None,
) -> Message:
    message = _message(conversation, parcel, sending, body=body, letters=letters, skipped=skipped or [], parent=parent)
    is_reply = is_active(conversation.id)
    for letter in letters:
        delivery = outbox.put(message, letter.recipient, letter.words, due_at=sending.due_at, is_reply=is_reply)
        message.due_at = max(message.due_at or delivery.due_at, delivery.due_at)
        message.is_held = message.is_held or delivery.held_until is not None
    _follow_up(conversation, message, sending.writer)
    return message


def _message(
    conversation: Conversation,
    parcel: Parcel,
    sending: Sending,
    *,
    body: str,
    letters: list[Letter],
    skipped: list[dict[str, Any]],
    parent: Message | None = None,
) -> Message:
    first = letters[0]
    same_language = len({letter.translation_language for letter in letters}) == 1
    translation = first.translation if same_language else None
    details = dict(sending.details)
    if skipped:
        details["skipped"] = skipped
    if not same_language:
        details["languages"] = sorted({letter.translation_language or sending.writer.language for letter in letters})
    message = Message(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.OUTBOUND,
        staff_id=sending.writer.id,
        author=sending.writer.shown_name[:120],
        body=body,
        language=sending.writer.language,
        translation=translation,
        translation_language=first.translation_language if same_language else None,
        translated_by=parcel.translated_by if translation else None,
        due_at=sending.due_at,
        parent_id=parent.id if parent else None,
        recipients=len(letters),
        segments=max(letter.words.segments for letter in letters),
        channel=parcel.channel,
        details=details,
        search_text=indexable(f"{body}\n{translation or ''}"),
    )
    if parent is None:
        message.uuid, message.attachments = sending.uuid, list(parcel.attachments)
        for attachment in parcel.attachments:
            attachment.scheduled_message_id = None
    else:
        message.attachments = [copy_of(attachment, conversation) for attachment in parcel.attachments]
    db.session.add(message)
    db.session.flush()
    return message


def _follow_up(conversation: Conversation, message: Message, writer: Staff) -> None:
    """What sending means for the row: it is answered, open again if it was done, and read by its writer."""
    conversation.waits_since = None
    if conversation.state == ConversationState.DONE:
        conversation.state, conversation.snoozed_until = ConversationState.OPEN, None
    office_line.join_one(conversation, writer.id)
    inbox_row.added(conversation, message)
    reading.has_read(conversation, writer, message.id)


def earlier(uuid: UUID, conversation: Conversation, staff: Staff) -> Message | None:
    """The message that the same request made before; a double click finds it. Raises NotVisible for somebody else's."""
    found = queries.message_by_uuid(uuid)
    if found is not None and (found.conversation_id, found.staff_id) != (conversation.id, staff.id):
        raise NotVisible
    return found


def copy_of(attachment: Attachment, conversation: Conversation) -> Attachment:
    """The same stored file in another conversation."""
    same = ("staff_id", "name", "content_type", "size", "file_key", "thumbnail_key", "width", "height")
    return Attachment(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        **{name: getattr(attachment, name) for name in same},
    )

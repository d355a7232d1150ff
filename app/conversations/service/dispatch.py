"""Writes what is sent into threads and outbox, in one commit. Whoever calls has checked who writes, and holds the conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

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
from app.conversations.service import desk as desks
from app.conversations.service import inbox_row, lines, office_line, outbox, reading
from app.conversations.service.composing import Letter, Parcel, letters_for
from app.conversations.service.desk import Desk
from app.conversations.service.recipients import Recipient, recipients_of, refusal
from app.core import rows
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.search_text import indexable
from app.directory.models import School


@dataclass(frozen=True, slots=True)
class Sending:
    """One act of sending: the same for every copy of it."""

    writer: Staff
    uuid: UUID
    due_at: datetime
    details: dict[str, Any]


def deliver(conversation: Conversation, parcel: Parcel, sending: Sending, desk: Desk | None = None) -> Message:
    """Add the message with its deliveries. Raises what forbids it: to the one recipient, or to all of a group."""
    desk = desk or desks.lay(conversation, sending.writer, sending.uuid)
    if conversation.kind == ConversationKind.EACH:
        return _each(conversation, parcel, sending, desk)
    reached, skipped = _sorted(conversation, desk.recipients)
    if conversation.kind == ConversationKind.GROUP:
        letters = letters_for(conversation, parcel, reached, sending.writer)
        return _post(conversation, letters, parcel, sending, desk, body=parcel.body, skipped=skipped)
    (letter,) = letters_for(conversation, parcel, reached[:1], sending.writer)
    return _post(conversation, [letter], parcel, sending, desk, body=letter.body)


def check_recipients(conversation: Conversation, parcel: Parcel, writer: Staff) -> None:
    """Raise what `deliver` would raise now; for messages that are to leave later."""
    reached, _skipped = _sorted(conversation, recipients_of(conversation))
    letters_for(conversation, parcel, reached, writer)


def _each(conversation: Conversation, parcel: Parcel, sending: Sending, desk: Desk) -> Message:
    """The group shows one message; each guardian's own conversation shows the copy that reaches them."""
    reached, skipped = _sorted(conversation, desk.recipients)
    school = db.session.get_one(School, conversation.school_id)
    letters = letters_for(conversation, parcel, reached, sending.writer)
    parent = _message(conversation, parcel, sending, body=parcel.body, letters=letters, details=_details(skipped) | {"copies": True})
    for letter in letters:
        line, participant = lines.direct_line(school, letter.recipient.point, owner_id=conversation.created_by_id)
        place = desks.lay(line, sending.writer, None)
        own = next(recipient for recipient in place.recipients if recipient.participant.id == participant.id)
        copy = Letter(own, letter.body, letter.words, letter.translation, letter.translation_language)
        child = _post(line, [copy], parcel, sending, place, body=letter.body, parent=parent)
        if child.is_held:
            parent.is_held, parent.due_at = True, child.due_at
    _follow_up(conversation, parent, sending.writer, desk)
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
    desk: Desk,
    *,
    body: str,
    skipped: list[dict[str, Any]] | None = None,
    parent: Message | None = None,
) -> Message:
    orders = outbox.orders(
        conversation.district_id,
        [(letter.recipient, letter.words) for letter in letters],
        due_at=sending.due_at,
        is_reply=desk.is_active,
    )
    held_until = outbox.held_until(orders)
    message = _message(
        conversation, parcel, sending, body=body, letters=letters, details=_details(skipped), parent=parent, held_until=held_until
    )
    outbox.fill(orders, message)
    _follow_up(conversation, message, sending.writer, desk)
    return message


def _details(skipped: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {"skipped": skipped} if skipped else {}


def _message(
    conversation: Conversation,
    parcel: Parcel,
    sending: Sending,
    *,
    body: str,
    letters: list[Letter],
    details: dict[str, Any],
    parent: Message | None = None,
    held_until: datetime | None = None,
) -> Message:
    first = letters[0]
    same_language = len({letter.translation_language for letter in letters}) == 1
    translation = first.translation if same_language else None
    details = {**sending.details, **details}
    if not same_language:
        details["languages"] = sorted({letter.translation_language or sending.writer.language for letter in letters})
    values: dict[str, Any] = {
        "district_id": conversation.district_id,
        "conversation_id": conversation.id,
        "kind": MessageKind.OUTBOUND,
        "staff_id": sending.writer.id,
        "author": sending.writer.shown_name[:120],
        "body": body,
        "language": sending.writer.language,
        "translation": translation,
        "translation_language": first.translation_language if same_language else None,
        "translated_by": parcel.translated_by if translation else None,
        "due_at": held_until or sending.due_at,
        "is_held": held_until is not None,
        "parent_id": parent.id if parent else None,
        "recipients": len(letters),
        "segments": max(letter.words.segments for letter in letters),
        "channel": parcel.channel,
        "details": details,
        "search_text": indexable(f"{body}\n{translation or ''}"),
    }
    if parent is None:
        values["uuid"] = sending.uuid
    db.session.flush()
    message = rows.added(Message, values)
    _attach(message, parcel.attachments if parent is None else [copy_of(attachment, conversation) for attachment in parcel.attachments])
    return message


def _attach(message: Message, attachments: list[Attachment]) -> None:
    for attachment in attachments:
        attachment.message_id, attachment.scheduled_message_id = message.id, None
    if attachments:
        db.session.add_all(attachments)
        db.session.flush()
    set_committed_value(message, "attachments", list(attachments))


def _follow_up(conversation: Conversation, message: Message, writer: Staff, desk: Desk) -> None:
    """What sending means for the row: it is answered, open again if it was done, and read by its writer."""
    changes: dict[str, Any] = {}
    if conversation.waits_since is not None:
        changes["waits_since"] = None
    if conversation.state == ConversationState.DONE:
        changes |= {"state": ConversationState.OPEN, "snoozed_until": None}
    if not desk.takes_part:
        office_line.join_one(conversation, writer.id)
    listeners = desk.listeners if desk.takes_part else None
    inbox_row.added(conversation, message, reader_id=writer.id, listeners=listeners, **changes)
    reading.has_written(conversation, writer, message.id, desk)


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

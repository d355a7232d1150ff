"""Writes what is sent into threads and outbox, in one commit. Whoever calls has checked who writes, and holds the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
    Participant,
)
from app.conversations.service import desk as desks
from app.conversations.service import inbox_row, lines, office_line, outbox, reading
from app.conversations.service.composing import Letter, Parcel, letters_for
from app.conversations.service.desk import Desk
from app.conversations.service.recipients import Recipient, recipients_of, refusal
from app.conversations.signed import through_whom
from app.core import rows
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.language import detect
from app.core.search_text import indexable
from app.delivery.models import Priority
from app.directory.models import School


@dataclass(frozen=True, slots=True)
class Sending:
    """One act of sending: the same for every copy of it."""

    writer: Staff
    uuid: UUID
    due_at: datetime
    details: dict[str, Any]
    priority: Priority = Priority.DEFAULT


@dataclass(frozen=True, slots=True)
class Post:
    """What is written into one conversation. With a `parent` it is the copy of a group's text."""

    conversation: Conversation
    letters: list[Letter]
    body: str
    desk: Desk
    details: dict[str, Any] = field(default_factory=dict)
    parent: Message | None = None


def deliver(conversation: Conversation, parcel: Parcel, sending: Sending, desk: Desk | None = None) -> Message:
    """Add the message with its deliveries. Raises what forbids it: to the one recipient, or to all of a group."""
    desk = desk or desks.lay(conversation, sending.writer, sending.uuid)
    if conversation.kind == ConversationKind.EACH:
        return _each(conversation, parcel, sending, desk)
    reached, skipped = _sorted(conversation, desk.recipients)
    if conversation.kind == ConversationKind.GROUP:
        letters = letters_for(conversation, parcel, reached, sending.writer)
        post = Post(conversation, letters, parcel.body, desk, details=_details(skipped))
    else:
        (letter,) = letters_for(conversation, parcel, reached[:1], sending.writer)
        post = Post(conversation, [letter], letter.body, desk)
    (message,) = _post_all([post], parcel, sending)
    return message


def check_recipients(conversation: Conversation, parcel: Parcel, writer: Staff) -> None:
    """Raise what `deliver` would raise now; for messages that are to leave later."""
    reached, _skipped = _sorted(conversation, recipients_of(conversation))
    letters_for(conversation, parcel, reached, writer)


def _each(conversation: Conversation, parcel: Parcel, sending: Sending, desk: Desk) -> Message:
    """The group shows one message; each guardian's own conversation shows the copy that reaches them."""
    reached, skipped = _sorted(conversation, desk.recipients)
    school = db.session.get_one(School, conversation.school_id)
    letters = letters_for(conversation, parcel, reached, sending.writer)
    group = Post(conversation, letters, parcel.body, desk, details=_details(skipped) | {"copies": True})
    (parent,) = _written([group], parcel, sending)
    for some in _one_for_each_guardian(letters):
        points = [letter.recipient.point for letter in some]
        found = lines.direct_lines(school, points, owner_id=conversation.created_by_id)
        places = desks.lay_all([line for line, _participant in found], sending.writer)
        copies = [
            Post(line, [_readdressed(letter, place, participant)], letter.body, place, parent=parent)
            for letter, (line, participant), place in zip(some, found, places, strict=True)
        ]
        for child in _post_all(copies, parcel, sending):
            if child.is_held:
                parent.is_held, parent.due_at = True, child.due_at
    _follow_up([(group, parent)], sending.writer)
    return parent


def _one_for_each_guardian(letters: Sequence[Letter]) -> list[list[Letter]]:
    """The letters in batches in which nobody has two: whoever is in the group with two phones hears on both, one after the other."""
    batches: list[dict[int, Letter]] = []
    for letter in letters:
        guardian_id = letter.recipient.guardian.id
        batch = next((each for each in batches if guardian_id not in each), None)
        if batch is None:
            batches.append(batch := {})
        batch[guardian_id] = letter
    return [list(batch.values()) for batch in batches]


def _readdressed(letter: Letter, place: Desk, participant: Participant) -> Letter:
    """The same words to the guardian's place in their own conversation."""
    return replace(letter, recipient=next(each for each in place.recipients if each.participant.id == participant.id))


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


def _post_all(posts: Sequence[Post], parcel: Parcel, sending: Sending) -> list[Message]:
    """Write each with its deliveries. What is asked and written does not grow with their number, only what is in it."""
    orders = [
        outbox.orders(
            post.conversation.district_id,
            [(letter.recipient, letter.words) for letter in post.letters],
            due_at=sending.due_at,
            is_reply=post.desk.is_active,
            priority=sending.priority,
        )
        for post in posts
    ]
    messages = _written(posts, parcel, sending, [outbox.held_until(each) for each in orders])
    outbox.fill(list(zip(messages, orders, strict=True)))
    _follow_up(list(zip(posts, messages, strict=True)), sending.writer)
    return messages


def _details(skipped: list[dict[str, Any]]) -> dict[str, Any]:
    return {"skipped": skipped} if skipped else {}


def _written(posts: Sequence[Post], parcel: Parcel, sending: Sending, held: Sequence[datetime | None] = (None,)) -> list[Message]:
    db.session.flush()
    messages = rows.added_all(Message, [_values(post, parcel, sending, until) for post, until in zip(posts, held, strict=True)])
    _attach(list(zip(posts, messages, strict=True)), parcel.attachments)
    return messages


def _values(post: Post, parcel: Parcel, sending: Sending, held_until: datetime | None) -> dict[str, Any]:
    first = post.letters[0]
    same_language = len({letter.translation_language for letter in post.letters}) == 1
    translation = first.translation if same_language else None
    details = {**sending.details, **post.details, **through_whom()}
    if not same_language:
        details["languages"] = sorted({letter.translation_language or sending.writer.language for letter in post.letters})
    if unread := _not_in(post, sending):
        details["not_in"] = unread
    values: dict[str, Any] = {
        "district_id": post.conversation.district_id,
        "conversation_id": post.conversation.id,
        "kind": MessageKind.OUTBOUND,
        "staff_id": sending.writer.id,
        "author": sending.writer.shown_name[:120],
        "body": post.body,
        "language": sending.writer.language,
        "translation": translation,
        "translation_language": first.translation_language if same_language else None,
        "translated_by": parcel.translated_by if translation else None,
        "due_at": held_until or sending.due_at,
        "is_held": held_until is not None,
        "parent_id": post.parent.id if post.parent else None,
        "recipients": len(post.letters),
        "segments": max(letter.words.segments for letter in post.letters),
        "channel": parcel.channel,
        "details": details,
        "search_text": indexable(f"{post.body}\n{translation or ''}"),
    }
    return values if post.parent else values | {"uuid": sending.uuid}


def _not_in(post: Post, sending: Sending) -> list[str]:
    """The languages that readers of a text read, and in which it does not leave."""
    wanted = {letter.recipient.language for letter in post.letters if not letter.translation} - {sending.writer.language}
    if not wanted or not post.body:
        return []
    return sorted(wanted - {detect(post.body)})


def _attach(posts: Sequence[tuple[Post, Message]], attachments: list[Attachment]) -> None:
    """The files stand at the message itself; each copy of it has copies of them."""
    copied: list[dict[str, Any]] = []
    for post, message in posts:
        if post.parent:
            copied += [_copied(attachment, post.conversation) | {"message_id": message.id} for attachment in attachments]
            continue
        for attachment in attachments:
            attachment.message_id, attachment.scheduled_message_id = message.id, None
        db.session.add_all(attachments)
    db.session.flush()
    copies = rows.added_all(Attachment, copied)
    for post, message in posts:
        own = [each for each in copies if each.message_id == message.id] if post.parent else list(attachments)
        set_committed_value(message, "attachments", own)


def _follow_up(posts: Sequence[tuple[Post, Message]], writer: Staff) -> None:
    """What sending means for the row: it is answered, open again if it was done, and read by its writer, whose app may hold the key."""
    if newcomer_to := [post.conversation for post, _message in posts if not post.desk.takes_part]:
        office_line.join_each(newcomer_to, writer.id)
    heard = inbox_row.listeners_of(newcomer_to) if newcomer_to else {}
    inbox_row.all_added(
        [
            inbox_row.Growth(post.conversation, message, heard.get(post.conversation.id, post.desk.listeners), _changes(post.conversation))
            for post, message in posts
        ],
        reader_id=writer.id,
    )
    reading.have_written(writer, [(post.conversation, message.id, post.desk) for post, message in posts])


def _changes(conversation: Conversation) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if conversation.waits_since is not None:
        changes["waits_since"] = None
    if conversation.state == ConversationState.DONE:
        changes |= {"state": ConversationState.OPEN, "snoozed_until": None}
    return changes


def earlier(uuid: UUID, conversation: Conversation, staff: Staff) -> Message | None:
    """The message that the same request made before; a double click finds it. Raises NotVisible for somebody else's."""
    found = queries.message_by_uuid(uuid)
    if found is not None and (found.conversation_id, found.staff_id) != (conversation.id, staff.id):
        raise NotVisible
    return found


def copy_of(attachment: Attachment, conversation: Conversation) -> Attachment:
    """The same stored file in another conversation."""
    return Attachment(**_copied(attachment, conversation))


def _copied(attachment: Attachment, conversation: Conversation) -> dict[str, Any]:
    same = ("staff_id", "name", "content_type", "size", "file_key", "thumbnail_key", "width", "height")
    here = {"district_id": conversation.district_id, "conversation_id": conversation.id}
    return here | {name: getattr(attachment, name) for name in same}

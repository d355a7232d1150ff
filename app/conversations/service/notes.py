"""Notes between staff, with mentions, and reactions: families see neither."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.behind import system_behind
from app.accounts.models import Staff
from app.conversations import queries
from app.conversations.errors import CannotSeeThread, MessageTooLong, NothingToSend, UnsuitableReply
from app.conversations.events import MessageChanged, StaffMentioned
from app.conversations.models import Conversation, Mention, Message, MessageKind, MessageStatus, Reaction
from app.conversations.service import access, dispatch, drafts, inbox_row, office_line, reading
from app.conversations.service.composing import LONGEST_BODY, tidy
from app.conversations.signed import through_whom
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.core.search_text import indexable

LONGEST_EMOJI = 16


def add_note(staff: Staff, conversation_id: int, body: str, *, uuid: UUID, mention_ids: Sequence[int] = ()) -> Message:
    """Add a note for staff. Who is mentioned gets it as unread; all of them must be able to open the conversation.

    The same `uuid` again returns the first note. Raises NotVisible, NotAllowed, NothingToSend, MessageTooLong, CannotSeeThread.
    """
    with transaction():
        conversation = access.writable(staff, conversation_id)
        if first := dispatch.earlier(uuid, conversation, staff):
            return first
        words = tidy(body)
        if not words:
            raise NothingToSend
        if len(words) > LONGEST_BODY:
            raise MessageTooLong(len(words) // 153 + 1, LONGEST_BODY // 153)
        called = [_colleague(conversation, staff, number) for number in dict.fromkeys(mention_ids)]
        note = Message(
            uuid=uuid,
            district_id=conversation.district_id,
            conversation_id=conversation.id,
            kind=MessageKind.NOTE,
            staff_id=staff.id,
            author=staff.shown_name[:120],
            body=words,
            language=staff.language,
            status=MessageStatus.DELIVERED,
            recipients=0,
            details=through_whom(),
            search_text=indexable(words),
        )
        db.session.add(note)
        db.session.flush()
        inbox_row.added(conversation, note)
        if not system_behind():
            reading.has_read(conversation, staff, note.id)
            drafts.forget(conversation, staff, is_note=True)
        _call(conversation, note, [colleague for colleague in called if colleague.id != staff.id])
    return note


def react(staff: Staff, message_id: int, emoji: str, *, wanted: bool | None = None) -> bool:
    """Put an emoji on a message, or take one's own off again; answers whether it is there now. Nothing is sent.

    `wanted` says which of both, so that saying it twice changes nothing.

    Raises NotVisible, NotAllowed, UnsuitableReply for what is no emoji.
    """
    with transaction() as events:
        message, conversation = access.writable_message(staff, message_id)
        if not emoji or len(emoji) > LONGEST_EMOJI or any(character.isalnum() or character.isspace() for character in emoji):
            raise UnsuitableReply(_("Choose an emoji."))
        there = db.session.scalar(
            select(Reaction).where(
                Reaction.message_id == message.id,
                Reaction.staff_id == staff.id,
                Reaction.emoji == emoji,
            )
        )
        if wanted is not None and wanted == (there is not None):
            return wanted
        if there is None:
            db.session.add(Reaction(message_id=message.id, staff_id=staff.id, emoji=emoji))
        else:
            db.session.delete(there)
        db.session.flush()
        events.append(MessageChanged(message.district_id, conversation.id, message.id))
        return there is None


def _colleague(conversation: Conversation, staff: Staff, staff_id: int) -> Staff:
    colleague = db.session.get(Staff, staff_id)
    if colleague is None or colleague.district_id != staff.district_id or not colleague.is_person or not colleague.is_active:
        raise NotVisible
    try:
        queries.conversation_visible_to(colleague, conversation.id)
    except NotVisible as error:
        raise CannotSeeThread(colleague.name) from error
    return colleague


def _call(conversation: Conversation, note: Message, called: Sequence[Staff]) -> None:
    for colleague in called:
        office_line.join_one(conversation, colleague.id)
        db.session.add(Mention(message_id=note.id, staff_id=colleague.id))
        open_events().append(StaffMentioned(conversation.district_id, colleague.id, conversation.id, note.id))
    if called:
        db.session.flush()
        inbox_row.more_unread(conversation, only=[colleague.id for colleague in called])

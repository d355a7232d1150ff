"""Everything that was written with somebody who is to be forgotten leaves the threads; that something was written stays."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.carrier.service import forget_texts
from app.conversations.events import ConversationDeleted
from app.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    Draft,
    GuardianLink,
    Message,
    MessageKind,
    MessageStatus,
    Participant,
    Receipt,
    ScheduledMessage,
    UnknownText,
)
from app.conversations.models.helpers import ScheduleState
from app.conversations.service import inbox_row
from app.conversations.service.outbox import OWNER
from app.core.clock import now
from app.core.database import db, open_events
from app.delivery import service as delivery

AT_ONCE = 500
ERASED = "–"
"""In the place of a name."""


def erase_guardian(guardian_id: int) -> list[str]:
    """Empty the conversations with this guardian alone, and what they wrote in groups. Belongs into a transaction.

    What waits to leave is called off first. Returns the keys of files that no row names any more.
    """
    db.session.flush()
    own = Conversation.guardian_id == guardian_id, Conversation.kind == ConversationKind.DIRECT
    talks = inbox_row.hold_all(list(db.session.scalars(select(Conversation.id).where(*own).order_by(Conversation.id))))
    talk_ids = [talk.id for talk in talks]
    places = list(db.session.scalars(select(Participant.id).where(Participant.guardian_id == guardian_id)))
    said = or_(Message.conversation_id.in_(talk_ids), Message.participant_id.in_(places))
    keys: list[str] = []
    for ids in _some(list(db.session.scalars(select(Message.id).where(said).order_by(Message.id)))):
        keys += _erase_messages(ids)
    keys += _erase_files(Attachment.conversation_id.in_(talk_ids))
    _erase_around(talk_ids, places)
    for talk in talks:
        talk.title, talk.subtitle, talk.preview, talk.preview_author, talk.language = ERASED, "", "", None, None
        talk.scheduled_count, talk.waits_since, talk.deleted_at = 0, None, talk.deleted_at or now()
        open_events().append(ConversationDeleted(**inbox_row.about(talk)))
    db.session.flush()
    return keys


def _erase_messages(ids: Sequence[int]) -> list[str]:
    waiting = select(Message.id).where(
        Message.id.in_(ids), Message.kind == MessageKind.OUTBOUND, Message.status.in_([MessageStatus.PENDING, MessageStatus.PROCESSING])
    )
    for number in db.session.scalars(waiting).all():
        delivery.cancel_pending(OWNER, number)
    delivery.forget_words(OWNER, ids)
    came = db.session.scalars(select(Message.inbound_text_id).where(Message.id.in_(ids), Message.inbound_text_id.is_not(None))).all()
    received = [number for number in came if number is not None]
    db.session.execute(update(UnknownText).where(UnknownText.inbound_text_id.in_(received)).values(body="", sender=""))
    forget_texts(received)
    keys = _erase_files(Attachment.message_id.in_(ids))
    emptied: dict[str, Any] = {"body": "", "translation": None, "author": "", "search_text": "", "details": {}, "awaits_translation": False}
    db.session.execute(update(Message).where(Message.id.in_(ids)).values(**emptied).execution_options(synchronize_session=False))
    db.session.expire_all()
    return keys


def _erase_files(whose: object) -> list[str]:
    rows = db.session.execute(delete(Attachment).where(whose).returning(Attachment.file_key, Attachment.thumbnail_key)).all()  # type: ignore[arg-type]
    return [key for row in rows for key in row if key is not None]


def _erase_around(talk_ids: Sequence[int], places: Sequence[int]) -> None:
    db.session.execute(delete(Draft).where(Draft.conversation_id.in_(talk_ids)))
    later = update(ScheduledMessage).where(ScheduledMessage.conversation_id.in_(talk_ids))
    db.session.execute(later.where(ScheduledMessage.state == ScheduleState.WAITING).values(state=ScheduleState.CANCELLED))
    db.session.execute(later.values(body="", translation=None))
    db.session.execute(delete(GuardianLink).where(GuardianLink.participant_id.in_(places)))
    db.session.execute(delete(Receipt).where(Receipt.participant_id.in_(places)))
    gone = update(Participant).where(Participant.id.in_(places))
    db.session.execute(gone.where(Participant.pairing_deactivated_at.is_(None)).values(pairing_deactivated_at=now()))
    db.session.execute(gone.where(Participant.left_at.is_(None)).values(left_at=now()))
    db.session.execute(gone.values(address=None))


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]

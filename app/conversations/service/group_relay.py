"""In one group everybody reads what the others answer: an inbound text goes on to the other guardians."""

from datetime import timedelta

from sqlalchemy import func, select

from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service import outbox
from app.conversations.service.outbox import SIDE_OWNER, Words
from app.conversations.service.recipients import recipients_of, refusal
from app.core.clock import now
from app.core.database import db
from app.core.sms import MOST_SEGMENTS, measure

PACE = timedelta(minutes=5)
MOST_IN_PACE = 6
"""More from one phone in so short a time is a machine that answers machines: it is kept, and not passed on."""


def relay(conversation: Conversation, message: Message) -> int:
    """Pass an inbound message on; returns to how many. Belongs into the transaction that added it.

    Nothing is passed on that repeats what the same phone said lately, so two auto-responders cannot talk forever.
    """
    if _is_a_loop(message):
        message.details = {**message.details, "relay": "held"}
        return 0
    media = [
        {"key": attachment.file_key, "content_type": attachment.content_type, "name": attachment.name}
        for attachment in message.attachments
        if attachment.file_key
    ]
    text = f"{message.author}: {message.body}".strip()
    segments = measure(text).segments
    words = Words(text, "mms" if media else "sms", min(segments, MOST_SEGMENTS), media)
    others = [
        recipient
        for recipient in recipients_of(conversation)
        if recipient.participant.id != message.participant_id and refusal(conversation, recipient) is None
    ]
    for recipient in others:
        outbox.put(message, recipient, words, is_reply=True, owner=SIDE_OWNER)
    message.details = {**message.details, "relay": len(others)}
    return len(others)


def _is_a_loop(message: Message) -> bool:
    lately = (
        Message.conversation_id == message.conversation_id,
        Message.kind == MessageKind.INBOUND,
        Message.participant_id == message.participant_id,
        Message.id < message.id,
        Message.created_at > now() - PACE,
    )
    count = db.session.scalar(select(func.count()).select_from(Message).where(*lately)) or 0
    said_before = db.session.scalar(select(Message.id).where(*lately, Message.body == message.body).limit(1))
    return count >= MOST_IN_PACE or (said_before is not None and bool(message.body))

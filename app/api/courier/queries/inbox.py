"""How an inbox is narrowed and ordered."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, text

from app.accounts.models import Staff
from app.api.courier.queries.channels import KINDS
from app.conversations.models import Conversation, ConversationKind, Message, Participant, Receipt
from app.conversations.models.messages import ANSWERING_ROWS
from app.core.database import db


def is_of_type(kind: str) -> ColumnElement[bool]:
    """The condition on `Conversation`: how many it reaches, or that it answers what went to many."""
    if kind == "multicast":
        return exists().where(Message.conversation_id == Conversation.id, text(ANSWERING_ROWS[db.engine.dialect.name]))
    if kind == "group-message":
        return Conversation.kind != ConversationKind.DIRECT
    return Conversation.kind == (ConversationKind.DIRECT if kind == "direct-message" else KINDS[kind])


def ordered(staff: Staff, keys: Iterable[str]) -> list[ColumnElement[Any]]:
    """The orders that some keys name; one with a minus goes down. What was never read or written stands at the end of the old."""
    read_at = select(Receipt.read_at).where(Receipt.conversation_id == Conversation.id, Receipt.staff_id == staff.id).scalar_subquery()
    unread = (
        select(Participant.unread_count)
        .where(Participant.conversation_id == Conversation.id, Participant.staff_id == staff.id)
        .scalar_subquery()
    )
    columns: dict[str, ColumnElement[Any]] = {
        "ack-timestamp": read_at,
        "last-timestamp": Conversation.last_message_at.expression,
        "unread-count": func.coalesce(unread, 0),
    }

    found: list[ColumnElement[Any]] = []
    for key in keys:
        column = columns[key.removeprefix("-")]
        found.append(column.desc().nulls_last() if key.startswith("-") else column.asc().nulls_first())
    return found

"""The one table of what browsers hear of this room's facts.

Left the fact, right the pushes it becomes: audiences, the name on the socket, and ids and small states. Whoever hears
a whole school (office, admins) hears it once; teachers hear the conversations that they take part in by themselves.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from app.conversations.events import (
    ConversationChanged,
    ConversationCreated,
    ConversationDeleted,
    ConversationFact,
    ConversationsChanged,
    DraftChanged,
    MessageAdded,
    MessageChanged,
    MessageStatusChanged,
    ReceiptMoved,
    ScheduleChanged,
    StaffMentioned,
    ThreadConsentChanged,
    UnknownTextsChanged,
    UnreadChanged,
)
from app.conversations.models import Participant
from app.core.database import db, open_events
from app.core.events import within
from app.directory.events import ConsentChanged
from app.directory.models import ConsentKind, ContactPoint
from app.live import service as live

Push = tuple[tuple[str, ...], str, dict[str, Any]]
Fact = Any


def _rows_of(fact: ConversationFact) -> tuple[str, ...]:
    """Everybody whose inbox shows the conversation."""
    return (f"school:{fact.school_id}", *(f"staff:{staff_id}" for staff_id in fact.listeners))


def _everywhere(fact: ConversationFact, name: str, payload: dict[str, Any]) -> list[Push]:
    return [((f"conversation:{fact.conversation_id}", *_rows_of(fact)), name, payload)]


def _thread(fact: Any, name: str, **payload: Any) -> list[Push]:
    body = {"conversation_id": fact.conversation_id, **payload}
    return [((f"conversation:{fact.conversation_id}",), name, body)]


def _created(fact: ConversationCreated) -> list[Push]:
    payload = {"conversation_id": fact.conversation_id, "version": fact.version}
    return [(_rows_of(fact), "conversation:created", payload)]


def _changed(fact: ConversationChanged) -> list[Push]:
    return _everywhere(fact, "conversation:changed", {"conversation_id": fact.conversation_id, "version": fact.version})


def _deleted(fact: ConversationDeleted) -> list[Push]:
    return _everywhere(fact, "conversation:deleted", {"conversation_id": fact.conversation_id})


def _message(fact: MessageAdded) -> list[Push]:
    payload = {
        "conversation_id": fact.conversation_id,
        "message_id": fact.message_id,
        "kind": fact.kind,
        "version": fact.version,
    }
    return _everywhere(fact, "message:new", payload)


def _status(fact: MessageStatusChanged) -> list[Push]:
    return _thread(
        fact,
        "message:status",
        message_id=fact.message_id,
        status=fact.status,
        recipients=fact.recipients,
        delivered=fact.delivered,
        failed=fact.failed,
        is_doubtful=fact.is_doubtful,
    )


def _unread(fact: UnreadChanged) -> list[Push]:
    payload = {
        "staff_id": fact.staff_id,
        "conversation_id": fact.conversation_id,
        "unread": fact.unread,
        "total": fact.total,
    }
    return [((f"staff:{fact.staff_id}",), "unread:changed", payload)]


def _draft(fact: DraftChanged) -> list[Push]:
    payload = {"conversation_id": fact.conversation_id, "version": fact.version, "draft": "gone" if fact.is_gone else "kept"}
    return [((f"staff:{fact.staff_id}",), "conversation:changed", payload)]


def _mention(fact: StaffMentioned) -> list[Push]:
    payload = {"conversation_id": fact.conversation_id, "message_id": fact.message_id}
    return [((f"staff:{fact.staff_id}",), "mention:new", payload)]


def _unknown(fact: UnknownTextsChanged) -> list[Push]:
    audience = f"school:{fact.school_id}" if fact.school_id else f"district:{fact.district_id}"
    return [((audience,), "unknown:changed", {"unknown_id": fact.unknown_id})]


def _receipt(fact: ReceiptMoved) -> list[Push]:
    return _thread(
        fact,
        "receipt:changed",
        message_id=fact.message_id,
        staff_id=fact.staff_id,
        participant_id=fact.participant_id,
        since=fact.since,
    )


def _consent(fact: ThreadConsentChanged) -> list[Push]:
    return _thread(fact, "consent:changed", contact_point_id=fact.contact_point_id, opted_out=fact.opted_out)


PUSHES: dict[type, Callable[[Fact], Iterable[Push]]] = {
    ConversationCreated: _created,
    ConversationChanged: _changed,
    ConversationDeleted: _deleted,
    MessageAdded: _message,
    MessageStatusChanged: _status,
    MessageChanged: lambda fact: _thread(fact, "message:changed", message_id=fact.message_id),
    ScheduleChanged: lambda fact: _thread(fact, "schedule:changed", scheduled_id=fact.scheduled_id),
    ReceiptMoved: _receipt,
    UnreadChanged: _unread,
    DraftChanged: _draft,
    StaffMentioned: _mention,
    ThreadConsentChanged: _consent,
    UnknownTextsChanged: _unknown,
}


@within(*PUSHES)
def push(fact: Fact) -> None:
    """Write the pushes of one fact in the commit that made it true."""
    for audiences, name, payload in PUSHES[type(fact)](fact):
        live.push(audiences, name, payload, district_id=fact.district_id)


@within(ConversationsChanged)
def push_all(facts: ConversationsChanged) -> None:
    """The same for many, at the price of few."""
    live.push_all([push for fact in facts.each for push in _changed(fact)], district_id=facts.district_id)


@within(ConsentChanged)
def tell_threads(fact: ConsentChanged) -> None:
    """Every open conversation with this phone shows the wish at once; its composer locks or opens."""
    rows = db.session.execute(
        select(Participant.conversation_id, Participant.contact_point_id)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(
            Participant.address == fact.address,
            Participant.left_at.is_(None),
            ContactPoint.district_id == fact.district_id,
        )
    )
    opted_out = fact.kind == ConsentKind.OPTED_OUT
    open_events().extend(
        ThreadConsentChanged(fact.district_id, conversation_id, point_id, opted_out) for conversation_id, point_id in rows if point_id
    )

"""Conversations as this face lists them: last active first, with who takes part and what was said last.

A page costs a fixed number of queries: the count, which ones, their rows, who takes part, the last messages, and the files of these.
What stands beside a row is looked for when it is known which rows the page has, so a page far down costs what the first one does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, exists, func, select, text, true

from app.accounts.models import Staff
from app.api.identifiers import within_id24
from app.api.ringplan.models import RemovedMessage
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus, Participant
from app.conversations.models.messages import TAKEN_BACK_ROWS
from app.conversations.queries import are_visible_to, is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, Guardian, PhoneNumber

IS_REMOVED = exists().where(RemovedMessage.message_id == Message.id)
IS_TEXT = Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND])
"""Notes are for staff alone, and events are no texts."""
IS_HIDDEN = text(TAKEN_BACK_ROWS)
"""Taken back before it left: it stands in the record, and nobody was told it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A phone of a conversation, and our number that speaks with it."""

    participant_id: int
    contact: Any
    """uuid, given_name, family_name and address."""
    ours: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation with what stands beside it."""

    row: Any
    people: Sequence[Person] = ()
    last_id: int | None = None
    unread: int = 0
    has_direct: bool = False
    has_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What is the same for many messages of one conversation."""

    conversation: Any
    people: Sequence[Person]
    by_participant: dict[int, Person] = field(default_factory=dict)


def page_of(staff: Staff, *, page: int, size: int) -> tuple[list[Listed], int]:
    """One page, and how many there are in all."""
    visible = are_visible_to(staff)
    total = db.session.scalar(select(func.count(Conversation.id)).where(visible)) or 0
    newest = select(Conversation.id).where(visible).order_by(Conversation.last_message_id.desc(), Conversation.id.desc())
    return these(staff, db.session.scalars(newest.limit(size).offset((page - 1) * size)).all()), total


def these(staff: Staff, numbers: Collection[int]) -> list[Listed]:
    """Those of these conversations that somebody sees, in the order given."""
    wanted = _rows(staff.id).where(Conversation.id.in_(numbers), is_visible_to(staff).is_(true()))  # by id: no walk over the district
    found = {row.id: row for row in db.session.execute(wanted)}
    return _with_people([found[number] for number in dict.fromkeys(numbers) if number in found])


def whatever(number: int) -> Listed | None:
    """One for whoever is told of it: nothing of it is anybody's own, so nothing is unread."""
    found = db.session.execute(_rows(None).where(Conversation.id == number)).all()
    return _with_people(found)[0] if found else None


def named(staff: Staff, text: str) -> int:
    """The conversation that 24 digits name. Raises NotVisible."""
    found = db.session.scalar(select(Conversation.id).where(within_id24(Conversation.uuid, text), is_visible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def people_of(numbers: Collection[int]) -> dict[int, list[Person]]:
    """Who takes part in each, or took part last, in one query."""
    rows = db.session.execute(
        select(
            Participant.conversation_id, Participant.id, Participant.left_at, Participant.address, ContactPoint.uuid, ContactPoint.id,
            Guardian.given_name, Guardian.family_name, PhoneNumber.address.label("ours"),
        )
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == func.coalesce(Participant.answers_from_id, Participant.phone_number_id))
        .where(Participant.conversation_id.in_(numbers))
        .order_by(Participant.left_at.is_not(None), Participant.id)
    ).all()  # fmt: skip
    found: dict[int, list[Person]] = {}
    for row in rows:
        contact = {
            "uuid": row.uuid,
            "given_name": row.given_name,
            "family_name": row.family_name,
            "address": row.address,
            "left": row.left_at,
        }
        found.setdefault(row.conversation_id, []).append(Person(row[1], contact, row.ours))
    return found


def _with_people(rows: Sequence[Any]) -> list[Listed]:
    people = people_of([row.id for row in rows])
    return [
        Listed(row, people.get(row.id, []), row.last_id, row.unread or 0, has_direct=row.has_direct, has_hidden=row.has_hidden)
        for row in rows
    ]


def _rows(staff_id: int | None) -> Select[*tuple[Any, ...]]:
    mine = and_(Participant.conversation_id == Conversation.id, Participant.staff_id == staff_id)
    here = (Message.conversation_id == Conversation.id, IS_TEXT)
    told = select(Message.id).where(*here, Message.status != MessageStatus.CANCELLED, ~IS_REMOVED).correlate(Conversation)
    last = told.order_by(Message.id.desc()).limit(1).scalar_subquery()  # a walk from the end that stops at once; a max() reads all
    return select(
        Conversation.id, Conversation.uuid, Conversation.kind, Conversation.title, Conversation.created_at, Conversation.last_message_at,
        Conversation.last_message_id,
        last.label("last_id"),
        Participant.unread_count.label("unread"),
        exists().where(*here, Message.parent_id.is_(None)).correlate(Conversation).label("has_direct"),
        exists().where(*here, IS_HIDDEN).correlate(Conversation).label("has_hidden"),
    ).outerjoin(Participant, mine)  # fmt: skip

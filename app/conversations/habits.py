"""How guardians answer texts: counted from the threads that the reader sees, for the family page.

Texts sent shortly one after the other are one question. It counts once it was answered, or once its answer is so late that
none will come; a question of yesterday says nothing yet. Automatic texts ask nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation, ConversationKind, Message, MessageKind, MessageStatus, Participant
from app.conversations.queries import is_visible_to
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import zone_of
from app.directory.habits import Habit, PartOfDay
from app.directory.models import ContactPoint, District, Guardian

MOST_TEXTS = 400
"""The newest of a family, so that a long history costs no more than a short one."""
ONE_QUESTION = timedelta(minutes=30)
NO_ANSWER_AFTER = timedelta(days=3)
FEWEST_QUESTIONS = 4
FEWEST_ANSWERS = 4
MOST_OF_THEM = 0.6
NOON, EVENING, MORNING = 12, 17, 5
ARRIVED = (MessageStatus.SENT, MessageStatus.DELIVERED)


@dataclass
class _Told:
    """What the texts of one phone say."""

    asked: int = 0
    waits: list[timedelta] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)


def habits(staff: Staff, guardian_ids: Collection[int]) -> Mapping[int, Habit]:
    """The habits by contact point; two queries, whatever their number."""
    texts = db.session.execute(
        select(Message.kind, Message.created_at, Message.sent_at, Message.participant_id, Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.guardian_id.in_(list(guardian_ids)),
            Conversation.kind == ConversationKind.DIRECT,
            is_visible_to(staff),
            Message.is_automatic.is_(False),
            (Message.kind == MessageKind.INBOUND) | ((Message.kind == MessageKind.OUTBOUND) & Message.status.in_(ARRIVED)),
        )
        .order_by(Message.id.desc())
        .limit(MOST_TEXTS)
    ).all()
    threads: dict[int, list[Any]] = {}
    for text in reversed(texts):
        threads.setdefault(text.conversation_id, []).append(text)
    phones = _phones(threads)
    told: dict[int, _Told] = {}
    for thread, lines in threads.items():
        _listen(lines, phones.get(thread, []), told)
    found = {point: _habit(each) for point, each in told.items()}
    return {point: habit for point, habit in found.items() if habit is not None}


@dataclass(frozen=True, slots=True)
class _Phone:
    participant_id: int
    contact_point_id: int
    since: datetime
    until: datetime | None
    zone: str


def _phones(threads: Iterable[int]) -> dict[int, list[_Phone]]:
    """The guardian's phones of each thread, in the order in which they came into use."""
    rows = db.session.execute(
        select(
            Participant.id,
            Participant.conversation_id,
            Participant.joined_at,
            Participant.left_at,
            ContactPoint.id.label("point_id"),
            ContactPoint.time_zone,
            Guardian.time_zone.label("own"),
            District.time_zone.label("home"),
        )
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .join(District, District.id == ContactPoint.district_id)
        .where(Participant.conversation_id.in_(list(threads)))
        .order_by(Participant.id)
    )
    found: dict[int, list[_Phone]] = {}
    for row in rows:
        held = _Phone(row.id, row.point_id, row.joined_at, row.left_at, row.time_zone or row.own or row.home)
        found.setdefault(row.conversation_id, []).append(held)
    return found


def _listen(lines: list[Any], phones: list[_Phone], told: dict[int, _Told]) -> None:
    by_participant = {phone.participant_id: phone for phone in phones}
    for asked_at, answer in _questions(lines):
        phone = by_participant.get(answer.participant_id) if answer is not None else _in_use(phones, asked_at)
        if phone is None or (answer is None and now() - asked_at < NO_ANSWER_AFTER):
            continue
        heard = told.setdefault(phone.contact_point_id, _Told())
        heard.asked += 1
        if answer is not None:
            heard.waits.append(answer.created_at - asked_at)
            heard.hours.append(answer.created_at.astimezone(zone_of(phone.zone)).hour)


def _questions(lines: list[Any]) -> Iterator[tuple[datetime, Any]]:
    """Each question's last text with its answer, or None."""
    asked_at: datetime | None = None
    for line in lines:
        at = line.sent_at or line.created_at
        if line.kind == MessageKind.OUTBOUND:
            if asked_at is not None and at - asked_at > ONE_QUESTION:
                yield asked_at, None
            asked_at = at
        elif asked_at is not None:
            yield asked_at, line if line.created_at - asked_at <= NO_ANSWER_AFTER else None
            asked_at = None
    if asked_at is not None:
        yield asked_at, None


def _in_use(phones: list[_Phone], moment: datetime) -> _Phone | None:
    """The phone that was written to then."""
    held = [phone for phone in phones if phone.since <= moment and (phone.until is None or phone.until > moment)]
    return held[-1] if held else (phones[0] if len(phones) == 1 else None)


def _habit(told: _Told) -> Habit | None:
    if told.asked < FEWEST_QUESTIONS:
        return None
    if len(told.waits) < FEWEST_ANSWERS:
        return Habit(told.asked, len(told.waits), None, None)
    usually = timedelta(seconds=median(wait.total_seconds() for wait in told.waits))
    return Habit(told.asked, len(told.waits), usually, _best_time(told.hours))


def _best_time(hours: list[int]) -> PartOfDay | None:
    parts = [_part_of(hour) for hour in hours]
    common = max(PartOfDay, key=parts.count)
    return common if parts.count(common) >= MOST_OF_THEM * len(parts) else None


def _part_of(hour: int) -> PartOfDay:
    if MORNING <= hour < NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if NOON <= hour < EVENING else PartOfDay.EVENING

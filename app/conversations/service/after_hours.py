"""What answers a guardian by itself: words that somebody set up, else, after hours, when an answer will come. Never twice in a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation, ConversationKind, Message, MessageKind
from app.conversations.queries import owner_of
from app.conversations.service import inbox_row, outbox
from app.conversations.service.outbox import Words
from app.conversations.service.recipients import Recipient, refusal
from app.conversations.service.standing_words import Standing, day_and_time, say, speaks
from app.conversations.signed import system_of
from app.core.clock import now
from app.core.database import db
from app.core.office_hours import BadOfficeHours, OfficeHours, from_stored
from app.core.search_text import indexable
from app.core.sms import measure
from app.directory.models import District, School

WRITTEN_HERE = "house"
"""`translated_by` of the house's own words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What answers by itself, in whose name: the words by language, the first for those in whose language there are none."""

    author: str
    words: Mapping[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)


Responder = Callable[[Conversation, Recipient, datetime], Wording | None]
_responders: list[Responder] = []


def also_answers(responder: Responder) -> None:
    """Let a later room answer before the house does. Called from its init_app; it runs in the commit of the inbound message."""
    if responder not in _responders:
        _responders.append(responder)


def hours_of(conversation: Conversation) -> OfficeHours | None:
    """When somebody answers here: the owner's own hours, else the school's. None where nobody said."""
    return hours_of_person(owner_of(conversation), conversation.school_id)


def hours_of_person(staff: Staff | None, school_id: int) -> OfficeHours | None:
    """When this person works at a school: her own hours, else the school's. None where nobody said."""
    school = db.session.get_one(School, school_id)
    stored = (staff.office_hours if staff else None) or school.office_hours
    if not stored:
        return None
    try:
        return from_stored(ZoneInfo(school.time_zone), stored, [closure.day for closure in school.closures])
    except BadOfficeHours:
        return None  # a form let something in that makes no sense: promise nothing


def promised_by(hours: OfficeHours, moment: datetime) -> datetime | None:
    """The end of the first day on which somebody is there again, in the school's zone."""
    opening = hours.next_open(moment)
    if opening is None:
        return None
    closes = hours.weekly[opening.weekday()][-1][1]
    closing = opening.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0)
    return max(opening, closing)


def answer(conversation: Conversation, recipient: Recipient) -> Message | None:
    """Reply for whoever is away, if the moment asks for it. Belongs into the transaction that added the inbound message."""
    moment = now()
    if conversation.kind == ConversationKind.DIRECT and _responders and refusal(conversation, recipient) is None:
        for responder in _responders:
            if wording := responder(conversation, recipient, moment):
                return _say_this(conversation, recipient, wording)
    district = db.session.get_one(District, conversation.district_id)
    hours = hours_of(conversation)
    if conversation.kind != ConversationKind.DIRECT or not district.settings.get("auto_reply", True):
        return None
    if hours is None or hours.is_open(moment) or _already_said(conversation, hours, moment) or refusal(conversation, recipient):
        return None
    promised = promised_by(hours, moment)
    return _say(conversation, recipient, promised, owner_of(conversation)) if promised else None


def _already_said(conversation: Conversation, hours: OfficeHours, moment: datetime) -> bool:
    last = db.session.scalar(
        select(Message.created_at)
        .where(
            Message.conversation_id == conversation.id,
            Message.kind == MessageKind.OUTBOUND,
            Message.is_automatic.is_(True),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    if last is None:
        return False
    opened = hours.next_open(last)
    return opened is None or opened > moment


def _spoke_by_system(conversation: Conversation) -> bool:
    """Whether what the family answers was written by a system, with the key of a person who may not know of it."""
    last = db.session.scalar(
        select(Message.details)
        .where(Message.conversation_id == conversation.id, Message.kind == MessageKind.OUTBOUND, Message.is_automatic.is_(False))
        .order_by(Message.id.desc())
        .limit(1)
    )
    return bool(system_of(last))


def _say(conversation: Conversation, recipient: Recipient, promised: datetime, owner: Staff | None) -> Message:
    school = db.session.get_one(School, conversation.school_id)
    district = db.session.get_one(District, conversation.district_id)
    by_hand = owner is not None and owner.is_person and not _spoke_by_system(conversation)
    name = owner.shown_name if owner and by_hand else school.name  # a program answers nobody: its school does

    def words_in(language: str) -> str:
        return say(Standing.AWAY, language, phone=None, name=name, when=day_and_time(promised, language))

    words = {district.language: words_in(district.language)}
    if speaks(recipient.language):
        words.setdefault(recipient.language, words_in(recipient.language))
    return _say_this(conversation, recipient, Wording(name, words, {"promised": promised.isoformat()}))


def _say_this(conversation: Conversation, recipient: Recipient, wording: Wording) -> Message:
    language, ours = next(iter(wording.words.items()))
    theirs = next((code for code in (recipient.language, recipient.language.split("-", maxsplit=1)[0]) if code in wording.words), language)
    is_translated = theirs != language
    text = wording.words[theirs]
    message = Message(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.OUTBOUND,
        author=wording.author[:120],
        body=ours,
        language=language,
        translation=text if is_translated else None,
        translation_language=theirs if is_translated else None,
        translated_by=WRITTEN_HERE if is_translated else None,
        is_automatic=True,
        due_at=now(),
        segments=measure(text).segments,
        details=dict(wording.details),
        search_text=indexable(ours),
    )
    db.session.add(message)
    db.session.flush()
    outbox.put(message, recipient, Words(text, segments=message.segments), is_reply=True)
    inbox_row.added(conversation, message)
    return message

"""After hours a guardian is told when an answer will come: once until the next opening, and never more."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation, ConversationKind, Message, MessageKind
from app.conversations.queries import owner_of
from app.conversations.service import inbox_row, outbox
from app.conversations.service.outbox import Words
from app.conversations.service.recipients import Recipient, refusal
from app.conversations.service.standing_words import Standing, day_and_time, say, speaks
from app.core.clock import now
from app.core.database import db
from app.core.office_hours import BadOfficeHours, OfficeHours, from_stored
from app.core.search_text import indexable
from app.core.sms import measure
from app.directory.models import District, School

WRITTEN_HERE = "house"
"""`translated_by` of the house's own words."""


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
    district = db.session.get_one(District, conversation.district_id)
    hours = hours_of(conversation)
    moment = now()
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


def _say(conversation: Conversation, recipient: Recipient, promised: datetime, owner: Staff | None) -> Message:
    school = db.session.get_one(School, conversation.school_id)
    district = db.session.get_one(District, conversation.district_id)
    name = owner.shown_name if owner else school.name

    def words_in(language: str) -> str:
        return say(Standing.AWAY, language, phone=None, name=name, when=day_and_time(promised, language))

    ours = words_in(district.language)
    is_translated = recipient.language != district.language and speaks(recipient.language)
    theirs = words_in(recipient.language) if is_translated else ours
    message = Message(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.OUTBOUND,
        author=name[:120],
        body=ours,
        language=district.language,
        translation=theirs if is_translated else None,
        translation_language=recipient.language if is_translated else None,
        translated_by=WRITTEN_HERE if is_translated else None,
        is_automatic=True,
        due_at=now(),
        segments=measure(theirs).segments,
        details={"promised": promised.isoformat()},
        search_text=indexable(ours),
    )
    db.session.add(message)
    db.session.flush()
    outbox.put(message, recipient, Words(theirs, segments=message.segments), is_reply=True)
    inbox_row.added(conversation, message)
    return message

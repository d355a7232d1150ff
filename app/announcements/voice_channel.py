"""Voice calls: from the announcement numbers, in the family's language or as a recording, to whoever picks up first."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.announcements import asking, channels
from app.announcements.channels import SenderPool, Weight
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementText, Channel
from app.announcements.ranks import Rank
from app.announcements.refusals import newest_wish_refuses
from app.announcements.sms_channel import SmsChannel, pool_of
from app.config import Settings
from app.core.database import db
from app.delivery.models import WAITING_CALL
from app.delivery.voice.menus import Menu
from app.delivery.voice.order import WORK_WORDS
from app.directory.models import AUTOMATED_CALLS, ContactHealth, ContactKind, ContactPoint, PhoneNumber, School

CENTS_PER_MINUTE = Decimal("1.4")
"""What a carrier takes in the United States, where the district says nothing else."""
USUAL_SECONDS = 45.0
"""For which a call keeps a line: ringing, greeting, message."""
WORDS_PER_SECOND, FRAME_SECONDS, MINUTE = 2.5, 20, 60
BAND = 300
"""Priorities within one of mobile, home and work."""


class VoiceChannel(SmsChannel):
    """As `channels.ChannelAdapter` asks; phones and numbers are those of the texts."""

    name: str = Channel.VOICE
    waiting: str = WAITING_CALL

    def quality(self, scope: str) -> ColumnElement[int]:
        """Usable, then opted out, then what does not ring. Landlines ring."""
        return case(
            (ContactPoint.health == ContactHealth.DEAD, int(Rank.DEAD)),
            (ContactPoint.health == ContactHealth.WRONG, int(Rank.WRONG)),
            (self.refused(ContactPoint.address, ContactPoint.district_id, scope), int(Rank.OPTED_OUT)),
            else_=int(Rank.USABLE),
        )

    def place(self) -> ColumnElement[Any]:
        """Mobile, home, work, as `delivery.voice.order` goes on; within each as the family said."""
        label = func.lower(func.coalesce(ContactPoint.label, ""))
        is_work = or_(*(label.contains(word) for word in WORK_WORDS))
        kind = case((is_work, 2), (ContactPoint.kind == ContactKind.LANDLINE, 1), else_=0)
        own = case((ContactPoint.priority < 0, 0), (ContactPoint.priority >= BAND, BAND - 1), else_=ContactPoint.priority)
        return kind * BAND + own

    def refused(self, address: Any, district_id: Any, scope: str) -> ColumnElement[bool]:
        """Whether they want no automated calls, or nothing from these senders."""
        return or_(newest_wish_refuses(address, district_id, scope), newest_wish_refuses(address, district_id, AUTOMATED_CALLS))

    def pool(self, announcement: Announcement) -> SenderPool | None:
        """The announcement numbers, at the pace of their calls, and no quicker than lines become free again."""
        settings: Settings = current_app.extensions["settings"]
        found = pool_of(announcement, PhoneNumber.calls_per_second, literal(None))
        return replace(found, per_second=min(found.per_second, settings.calls_at_once / USUAL_SECONDS)) if found else None

    def weigh(self, text: AnnouncementText, district_settings: dict[str, Any]) -> Weight:
        """One call, and its begun minutes: of the sound, or of the words as they are read, and of the question."""
        return Weight(1, minutes_of(text) * Decimal(str(district_settings.get("cents_per_call_minute", CENTS_PER_MINUTE))))

    def details(self, announcement: Announcement, text: AnnouncementText, subject: str) -> dict[str, Any]:
        """Its language, and in whose name; the number to call back is the one that calls."""
        school = db.session.get(School, announcement.school_id) if announcement.school_id is not None else None
        menu = menu_of(announcement, text.language)
        asks = {"menu": menu.document()} if menu is not None else {}
        return {"language": text.language} | ({"speaker": school.name} if school is not None else {}) | asks


def menu_of(announcement: Announcement, language: str) -> Menu | None:
    """What a call asks in one language; None where it asks nothing."""
    asked = asking.of(announcement.asks)
    if asked is None:
        return None
    wording = asked.wording(language, announcement.fallback_language)
    return Menu(wording.question, wording.choices)


def minutes_of(text: AnnouncementText) -> Decimal:
    """The minutes begun while somebody hears it: its sound or its words, the question, and what the house says around them."""
    sound = sum(float(one.get("seconds") or 0) for one in text.media or ())
    message = sound or len(text.body.split()) / WORDS_PER_SECOND
    question = len((text.tail or "").split()) / WORDS_PER_SECOND
    return Decimal((FRAME_SECONDS + message + question) / MINUTE).to_integral_value(ROUND_CEILING)


def is_together(owner_id: Any, recipient_id: int) -> ColumnElement[bool]:
    """The condition that a recipient is of the same announcement as another one."""
    one, other = AnnouncementRecipient, aliased(AnnouncementRecipient)
    of = select(one.announcement_id).where(one.id == recipient_id).scalar_subquery()
    return exists().where(other.id == owner_id, other.announcement_id + 0 == of)


channels.register(VoiceChannel())

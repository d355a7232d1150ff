"""Emails: through the district's mail server, in the school's name. Nobody's number is needed, and nothing is paid for each."""

from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, select

from app.accounts.models import Staff
from app.announcements import asking, channels
from app.announcements.asking_words import choose
from app.announcements.channels import SenderPool, Weight
from app.announcements.models import Announcement, AnnouncementText, Channel
from app.announcements.queries.repliers import replier_of
from app.announcements.ranks import Rank
from app.announcements.refusals import newest_wish_refuses
from app.core.database import db
from app.delivery import queries
from app.delivery.models import WAITING_EMAIL
from app.delivery.service import Letter, details_of
from app.directory.models import EMAILS, ContactHealth, ContactKind, ContactPoint, District, School


class EmailChannel:
    """As `channels.ChannelAdapter` asks."""

    name: str = Channel.EMAIL
    waiting: str = WAITING_EMAIL
    tells_zone = False

    def is_address(self) -> ColumnElement[bool]:
        """Any email."""
        return and_(ContactPoint.is_active.is_(True), ContactPoint.kind == ContactKind.EMAIL)

    def quality(self, scope: str) -> ColumnElement[int]:
        """Usable, then opted out, then what no email reaches."""
        return case(
            (ContactPoint.health == ContactHealth.DEAD, int(Rank.DEAD)),
            (ContactPoint.health == ContactHealth.WRONG, int(Rank.WRONG)),
            (self.refused(ContactPoint.address, ContactPoint.district_id, scope), int(Rank.OPTED_OUT)),
            else_=int(Rank.USABLE),
        )

    def place(self) -> ColumnElement[Any]:
        """As the family said."""
        return cast("ColumnElement[Any]", ContactPoint.priority.expression)

    def refused(self, address: Any, district_id: Any, scope: str) -> ColumnElement[bool]:
        """Whether the newest wish about the emails is to get none."""
        return newest_wish_refuses(address, district_id, scope)

    def staff_address(self) -> ColumnElement[Any]:
        """The one with which they sign in."""
        return cast("ColumnElement[Any]", Staff.email.expression)

    def pool(self, announcement: Announcement) -> SenderPool | None:
        """The mail server, at its pace."""
        zone = db.session.scalar(select(District.time_zone).where(District.id == announcement.district_id)) or "UTC"
        if announcement.school_id is not None:
            zone = db.session.scalar(select(School.time_zone).where(School.id == announcement.school_id)) or zone
        return SenderPool(EMAILS, (), queries.emails_per_second(), zone)

    def weigh(self, text: AnnouncementText, district_settings: dict[str, Any]) -> Weight:
        """One email, for nothing."""
        return Weight(1, Decimal(0))

    def details(self, announcement: Announcement, text: AnnouncementText, subject: str) -> dict[str, Any]:
        """The subject, or else the title, and in whose name."""
        reply_to = replier_of(announcement)
        letter = details_of(
            Letter(subject.strip() or announcement.title, "", text.language, announcement.school_id, reply_to.email if reply_to else None)
        )
        asked = asking.of(announcement.asks)
        if asked is None:
            return letter
        choices = list(asked.wording(text.language, announcement.fallback_language).choices)
        return letter | {"buttons": {"asks": choose(text.language), "choices": choices}}


channels.register(EmailChannel())

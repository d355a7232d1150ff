"""Text messages: through the announcement numbers of the school, or of the district."""

from collections import defaultdict
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, or_, select

from app.accounts.models import Staff
from app.announcements import channels
from app.announcements.channels import SenderPool, Weight
from app.announcements.models import Announcement, AnnouncementText, Channel
from app.announcements.ranks import Rank
from app.announcements.refusals import newest_wish_refuses
from app.core import sms
from app.core.database import db
from app.delivery.models import WAITING_TEXT
from app.directory.models import (
    ContactHealth,
    ContactKind,
    ContactPoint,
    District,
    MessagingService,
    PhoneNumber,
    Purpose,
    School,
)


class SmsChannel:
    """As `channels.ChannelAdapter` asks."""

    name: str = Channel.SMS
    waiting: str = WAITING_TEXT
    tells_zone = True

    def is_address(self) -> ColumnElement[bool]:
        """Any phone."""
        return and_(ContactPoint.is_active.is_(True), ContactPoint.kind != ContactKind.EMAIL)

    def quality(self, scope: str) -> ColumnElement[int]:
        """Usable, then opted out, then what no text reaches."""
        return case(
            (ContactPoint.kind == ContactKind.LANDLINE, int(Rank.NO_TEXTS)),
            (ContactPoint.health == ContactHealth.DEAD, int(Rank.DEAD)),
            (ContactPoint.health == ContactHealth.WRONG, int(Rank.WRONG)),
            (self.refused(ContactPoint.address, ContactPoint.district_id, scope), int(Rank.OPTED_OUT)),
            else_=int(Rank.USABLE),
        )

    def place(self) -> ColumnElement[Any]:
        """As the family said."""
        return cast("ColumnElement[Any]", ContactPoint.priority.expression)

    def refused(self, address: Any, district_id: Any, scope: str) -> ColumnElement[bool]:
        """Whether the newest wish about these senders, or about all, is to hear nothing."""
        return newest_wish_refuses(address, district_id, scope)

    def staff_address(self) -> ColumnElement[Any]:
        """Their own phone."""
        return Staff.phone.expression

    def pool(self, announcement: Announcement) -> SenderPool | None:
        """The announcement numbers, at the pace of their texts."""
        return pool_of(announcement, PhoneNumber.segments_per_second, MessagingService.segments_per_minute)

    def weigh(self, text: AnnouncementText, district_settings: dict[str, Any]) -> Weight:
        """Segments, or with files one MMS."""
        rates = sms.rates_of(district_settings)
        if text.media:
            return Weight(1, rates.of_mms())
        measured = sms.measure_draft(text.whole)
        return Weight(max(1, measured.segments), rates.of_sms(measured), measured.at_least)

    def details(self, announcement: Announcement, text: AnnouncementText, subject: str) -> dict[str, Any]:
        """Nothing."""
        return {}


def pool_of(announcement: Announcement, per_second: Any, per_minute: Any) -> SenderPool | None:
    """The announcement numbers in use: those of the school, else those of the whole district; of several scopes the quickest.

    `per_second` is each number's own pace, `per_minute` the ceiling of its scope, where there is one. Who speaks is settled by its
    author or its plan; whatever is changed of a draft afterwards, such as its school, opens that again.
    """
    zone = db.session.scalar(select(District.time_zone).where(District.id == announcement.district_id)) or "UTC"
    if announcement.school_id is not None:
        zone = db.session.scalar(select(School.time_zone).where(School.id == announcement.school_id)) or zone
    here: ColumnElement[bool] = PhoneNumber.school_id.is_(None)
    if announcement.school_id is not None:
        here = or_(here, PhoneNumber.school_id == announcement.school_id)
    rows = db.session.execute(
        select(PhoneNumber.id, per_second, MessagingService.id, per_minute, PhoneNumber.school_id)
        .outerjoin(MessagingService, MessagingService.id == PhoneNumber.messaging_service_id)
        .where(
            PhoneNumber.district_id == announcement.district_id,
            PhoneNumber.purpose == Purpose.ANNOUNCEMENT,
            PhoneNumber.is_active.is_(True),
            here,
        )
        .order_by(PhoneNumber.id)
    )
    scopes: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        scopes[f"service:{row[2]}" if row[2] else f"number:{row[0]}"].append(row)
    pools = {scope: _pool(scope, found, zone) for scope, found in scopes.items()}
    if announcement.sender_scope in pools:
        return pools[announcement.sender_scope]
    own = [pools[scope] for scope, found in scopes.items() if any(row[4] is not None for row in found)]
    return max(own or pools.values(), key=lambda pool: pool.per_second, default=None)


def _pool(scope: str, rows: list[Any], zone: str) -> SenderPool:
    together = sum(row[1] for row in rows)
    ceiling = rows[0][3]
    return SenderPool(scope, tuple(row[0] for row in rows), min(together, ceiling / 60) if ceiling else together, zone)


channels.register(SmsChannel())

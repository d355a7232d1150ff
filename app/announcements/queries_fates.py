"""What became of families, languages and reasons as a whole. Counted one by one up to a size; beyond it the stored numbers speak."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementState, SkipReason
from app.announcements.recipients_again import OWNER
from app.carrier.models import InboundText
from app.core.database import db
from app.delivery.models import UNREACHED, Delivery, DeliveryState
from app.directory.models import ContactPoint

COUNTABLE = 50_000
"""Recipients up to which families are counted one by one; `queries_report` keeps to the same."""
OVER = (AnnouncementState.HALTED, AnnouncementState.CANCELLED)
ON_THE_WAY = (DeliveryState.PENDING, DeliveryState.PROCESSING, DeliveryState.SENDING, DeliveryState.SENT)


@dataclass(frozen=True, slots=True)
class Fates:
    """Families, each in exactly one place, so that the three add up to all."""

    families: int
    reached: int
    on_the_way: int

    @property
    def unreached(self) -> int:
        """Nobody of the family heard it, and nothing more is on its way to them."""
        return self.families - self.reached - self.on_the_way


@dataclass(frozen=True, slots=True)
class Why:
    """A reason why people were not reached. `outcome` and `reason` narrow the table of families to them."""

    channel: str
    outcome: str
    reason: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many of those written to in a language have it."""

    language: str
    people: int
    delivered: int


def family_fates(announcement: Announcement) -> Fates:
    """One walk over the recipients. Who shares a phone with another recipient hears what arrives there."""
    recipient, twin, point, one = AnnouncementRecipient, aliased(AnnouncementRecipient), ContactPoint, Delivery
    shares = recipient.reason == SkipReason.SAME_ADDRESS
    waits = and_(or_(recipient.reason.is_(None), twin.id.is_not(None)), one.id.is_(None))
    on_the_way: ColumnElement[bool] = one.state.in_(ON_THE_WAY)
    if announcement.state not in OVER:
        on_the_way = or_(on_the_way, waits)
    each = (
        select(
            recipient.family_id,
            func.max(case((one.state == DeliveryState.DELIVERED, 2), (on_the_way, 1), else_=0)).label("fate"),
        )
        .select_from(recipient)
        .outerjoin(point, and_(shares, point.id == recipient.contact_point_id))
        .outerjoin(
            twin,
            and_(
                shares, twin.announcement_id == recipient.announcement_id, twin.channel == recipient.channel, twin.address == point.address
            ),
        )
        .outerjoin(one, and_(one.owner_kind == OWNER, one.owner_id == func.coalesce(twin.id, recipient.id)))
        .where(recipient.announcement_id == announcement.id, recipient.family_id.is_not(None))
        .group_by(recipient.family_id)
    ).subquery()
    found = db.session.execute(
        select(func.count(), func.count(case((each.c.fate == 2, 1))), func.count(case((each.c.fate == 1, 1))))  # noqa: PLR2004  # as above
    ).one()
    return Fates(found[0], found[1], found[2])


def reasons(announcement: Announcement, skipped: dict[str, dict[str, int]]) -> list[Why]:
    """Why people were not reached, the most frequent first: from the small index of what ended badly, and the stored numbers."""
    later = aliased(Delivery)
    kind = case((Delivery.channel == "mms", "sms"), else_=Delivery.channel)
    rows: Any = db.session.execute(
        select(kind, Delivery.state, Delivery.error_code, func.count())
        .where(
            text(UNREACHED),
            Delivery.owner_kind == OWNER,
            Delivery.owner_id >= (announcement.first_recipient_id or 0),
            Delivery.owner_id <= (announcement.last_recipient_id or 0),
            ~exists().where(later.retry_of_id == Delivery.id),
            exists().where(AnnouncementRecipient.id == Delivery.owner_id, AnnouncementRecipient.announcement_id == announcement.id),
        )
        .group_by(kind, Delivery.state, Delivery.error_code)
    )
    found = [Why(*row) for row in rows if announcement.last_recipient_id is not None]
    found += [
        Why(channel, "skipped", reason, number)
        for channel, counted in skipped.items()
        for reason, number in counted.items()
        if reason != SkipReason.SAME_ADDRESS and number
    ]
    return sorted(found, key=lambda why: -why.people)


def by_language(announcement_id: int) -> list[Spoken]:
    """Of those who were to be written to, by the language of their text."""
    recipient, one = AnnouncementRecipient, Delivery
    person = func.coalesce(recipient.guardian_id, -recipient.id)
    arrived = exists().where(one.owner_kind == OWNER, one.owner_id == recipient.id, one.state == DeliveryState.DELIVERED)
    rows = db.session.execute(
        select(recipient.language, func.count(person.distinct()), func.count(case((arrived, person)).distinct()))
        .where(recipient.announcement_id == announcement_id, recipient.reason.is_(None), recipient.language.is_not(None))
        .group_by(recipient.language)
        .order_by(func.count(person.distinct()).desc(), recipient.language)
    )
    return [Spoken(str(row[0]), row[1], row[2]) for row in rows]


def answered(announcement: Announcement) -> int:
    """How many of those it went to have texted since."""
    if announcement.started_at is None:
        return 0
    recipient = AnnouncementRecipient
    wrote = exists().where(InboundText.sender == recipient.address, InboundText.received_at >= announcement.started_at)
    return (
        db.session.scalar(
            select(func.count(recipient.address.distinct())).where(
                recipient.announcement_id == announcement.id, recipient.address.is_not(None), wrote
            )
        )
        or 0
    )

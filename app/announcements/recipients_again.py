"""Which recipients of an earlier announcement another one is for."""

from sqlalchemy import ColumnElement, and_, exists, false, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.audience import Again, Audience
from app.announcements.models import Announcement, AnnouncementRecipient
from app.carrier.models import InboundText
from app.delivery.models import Delivery, DeliveryState

OWNER = "announcement"
"""Of deliveries."""
HANDED_OVER = (DeliveryState.PROCESSING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED)
ON_THE_WAY = (DeliveryState.PENDING, *HANDED_OVER)
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)


def is_of(announcement_id: int) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`, for walks in the order of their ids: an index on anything else would only mislead."""
    return AnnouncementRecipient.announcement_id + 0 == announcement_id


def is_wanted_again(author: Staff, audience: Audience) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`. The earlier announcement belongs to the author's district."""
    if audience.again_of is None or audience.again is None:
        return false()
    mine = exists().where(Announcement.id == audience.again_of, Announcement.district_id == author.district_id)
    conditions = [
        AnnouncementRecipient.announcement_id == audience.again_of,
        AnnouncementRecipient.reason.is_(None),
        mine,
        _fate(Again(audience.again), audience.again_of),
    ]
    if audience.again_channel:
        conditions.append(AnnouncementRecipient.channel == audience.again_channel)
    if audience.without_guardians:
        conditions.append(func.coalesce(AnnouncementRecipient.guardian_id, 0).not_in(audience.without_guardians))
    if audience.without_students:
        conditions.append(func.coalesce(AnnouncementRecipient.student_id, 0).not_in(audience.without_students))
    return and_(*conditions)


def _fate(again: Again, announcement_id: int) -> ColumnElement[bool]:
    if again is Again.REACHED:
        return _has_delivery(*HANDED_OVER)
    if again is Again.FAILED:
        return and_(_has_delivery(DeliveryState.FAILED, DeliveryState.BLOCKED), ~_has_delivery(*ON_THE_WAY))
    if again is Again.UNREACHED:
        return and_(_has_delivery(*DeliveryState), ~_has_delivery(DeliveryState.DELIVERED))
    since = select(Announcement.started_at).where(Announcement.id == announcement_id).scalar_subquery()
    answered = exists().where(InboundText.sender == AnnouncementRecipient.address, InboundText.received_at >= since)
    return and_(_has_delivery(*ARRIVED), ~answered)


def _has_delivery(*states: DeliveryState) -> ColumnElement[bool]:
    one = aliased(Delivery)
    return exists().where(one.owner_kind == OWNER, one.owner_id == AnnouncementRecipient.id, one.state.in_([str(each) for each in states]))

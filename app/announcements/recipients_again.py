"""Which recipients of an earlier announcement another one is for."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.audience import Again, Audience
from app.announcements.models import Announcement, AnnouncementRecipient, SkipReason
from app.carrier.models import InboundText
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ContactPoint

OWNER = "announcement"
"""Of deliveries."""
HANDED_OVER = (DeliveryState.PROCESSING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED)
ON_THE_WAY = (DeliveryState.PENDING, *HANDED_OVER)
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
EVERYBODY = frozenset({Again.UNREACHED, Again.UNANSWERED})
"""For whom it does not matter whether anything could be sent: also who has no phone is one of these."""
Answered = Callable[[int], ColumnElement[bool] | None]
_askers: list[Answered] = []


def register(answered: Answered) -> None:
    """Ask a later room which recipients of an announcement answered it; None from it where it knows of no question.

    It gives a condition on `AnnouncementRecipient`. Called from its init_app.
    """
    if answered not in _askers:
        _askers.append(answered)


def is_of(announcement_id: int) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`, for walks in the order of their ids: an index on anything else would only mislead."""
    return AnnouncementRecipient.announcement_id + 0 == announcement_id


def with_its_steps(announcement_id: int) -> Select[Any]:
    """Its id, and those of all by which it went on over other channels."""
    return select(Announcement.id).where(or_(Announcement.id == announcement_id, Announcement.escalation_of_id == announcement_id))


def is_wanted_again(author: Staff, audience: Audience) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`. The earlier announcement belongs to the author's district."""
    if audience.again_of is None or audience.again is None:
        return false()
    again = Again(audience.again)
    mine = exists().where(Announcement.id == audience.again_of, Announcement.district_id == author.district_id)
    conditions = [AnnouncementRecipient.announcement_id == audience.again_of, mine, _fate(again, audience.again_of)]
    if again not in EVERYBODY:
        conditions.append(AnnouncementRecipient.reason.is_(None))
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
        return not_(_heard(announcement_id))
    if again is Again.UNANSWERED:
        return not_(and_(_heard(announcement_id), _answered(announcement_id)))
    if again is Again.UNCONFIRMED:
        return and_(_has_delivery(DeliveryState.SENT), not_(_heard(announcement_id)))
    return and_(_has_delivery(*ARRIVED), ~_answered(announcement_id))


def _answered(announcement_id: int) -> ColumnElement[bool]:
    asked = next((condition for answered in _askers if (condition := answered(announcement_id)) is not None), None)
    if asked is not None:
        return asked
    since = select(Announcement.started_at).where(Announcement.id == announcement_id).scalar_subquery()
    return exists().where(InboundText.sender == AnnouncementRecipient.address, InboundText.received_at >= since)


def _heard(announcement_id: int) -> ColumnElement[bool]:
    """Whether it arrived at the same person over any channel, in a later step too, or at the phone that they share."""
    return or_(_arrived_at_guardian(announcement_id), _arrived_at_other(announcement_id), _arrived_at_shared())


def _arrived_at_guardian(announcement_id: int) -> ColumnElement[bool]:
    same = aliased(AnnouncementRecipient)
    return exists().where(
        same.announcement_id.in_(with_its_steps(announcement_id)),
        same.family_id == AnnouncementRecipient.family_id,
        same.guardian_id == AnnouncementRecipient.guardian_id,
        *_is_delivered(same),
    )


def _arrived_at_other(announcement_id: int) -> ColumnElement[bool]:
    """Colleagues and rows of lists. These are few, and stand in no index: all are found at once."""

    def of(column: str) -> ColumnElement[bool]:
        same = aliased(AnnouncementRecipient)
        found = select(getattr(same, column)).where(
            same.announcement_id.in_(with_its_steps(announcement_id)),
            same.family_id.is_(None),
            getattr(same, column).is_not(None),
            exists().where(*_is_delivered(same)),
        )
        mine = getattr(AnnouncementRecipient, column)
        return and_(mine.is_not(None), mine.in_(found))

    return and_(AnnouncementRecipient.family_id.is_(None), or_(of("staff_id"), of("list_row_id")))


def _arrived_at_shared() -> ColumnElement[bool]:
    twin = aliased(AnnouncementRecipient)
    shared = exists().where(
        ContactPoint.id == AnnouncementRecipient.contact_point_id,
        twin.announcement_id == AnnouncementRecipient.announcement_id,
        twin.channel == AnnouncementRecipient.channel,
        twin.address == ContactPoint.address,
        *_is_delivered(twin),
    )
    return and_(AnnouncementRecipient.reason == SkipReason.SAME_ADDRESS, shared)


def _is_delivered(recipient: Any) -> Sequence[ColumnElement[bool]]:
    one = aliased(Delivery)
    return (one.owner_kind == OWNER, one.owner_id == recipient.id, one.state == DeliveryState.DELIVERED)


def _has_delivery(*states: DeliveryState) -> ColumnElement[bool]:
    one = aliased(Delivery)
    return exists().where(one.owner_kind == OWNER, one.owner_id == AnnouncementRecipient.id, one.state.in_([str(each) for each in states]))

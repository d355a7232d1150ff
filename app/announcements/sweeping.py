"""What waits in the outbox of an announcement that was stopped: put aside while it pauses, taken back when it was halted."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.announcements.channels import adapter
from app.announcements.counts import counts_of
from app.announcements.held import held_announcement
from app.announcements.models import STOPPED, Announcement, AnnouncementCount, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.recipients_again import OWNER, is_of
from app.core.among import among
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.delivery.service import bulk

MANY = 2_000
"""Deliveries in one commit."""
BREATH, LOOK_AGAIN = 0.01, 0.5
_stopped = (
    select(AnnouncementRecipient.id)
    .join(Announcement, Announcement.id == AnnouncementRecipient.announcement_id)
    .where(among(AnnouncementRecipient.__table__.c.id, "ids"), Announcement.state.in_([str(state) for state in STOPPED]))
)
_any_stopped = select(Announcement.id).where(
    or_(
        Announcement.state == AnnouncementState.PAUSED,
        and_(Announcement.state == AnnouncementState.HALTED, Announcement.is_swept.is_(False)),
    )
).limit(1)  # fmt: skip


def stopped_among(recipient_ids: Collection[int]) -> Collection[int]:
    """Those recipients whose announcement is paused or halted. Usually none is, which one small query tells."""
    if not recipient_ids or db.session.scalar(_any_stopped) is None:
        return ()
    return list(db.session.scalars(_stopped, {"ids": list(recipient_ids)}))


def deliveries_of(announcement: Announcement) -> ColumnElement[bool]:
    """The condition on `Delivery`: its own. Written so that databases look among what waits, and not through all that was ever sent."""
    mine = select(AnnouncementRecipient.id).where(
        AnnouncementRecipient.id == Delivery.owner_id, AnnouncementRecipient.announcement_id == announcement.id
    )
    return and_(
        func.coalesce(Delivery.owner_kind, "") == OWNER,
        Delivery.owner_id + 0 >= (announcement.first_recipient_id or 0),
        Delivery.owner_id + 0 <= (announcement.last_recipient_id or 0),
        mine.exists(),
    )


def sweep(announcement_id: int) -> float | None:
    """One step for what is stopped. Seconds until the next; None when nothing is left to do."""
    with transaction():
        announcement = held_announcement(announcement_id, *STOPPED)
        if announcement is None or announcement.is_swept:
            return None
        mine = deliveries_of(announcement)
        change = bulk.put_aside if announcement.state == AnnouncementState.PAUSED else bulk.take_back
        changed = [change(adapter(name).waiting, mine, MANY) for name in announcement.channels]
        if announcement.state == AnnouncementState.PAUSED:
            return BREATH if MANY in changed else LOOK_AGAIN
        if any(changed):
            return BREATH
        if bulk.is_in_hand(mine):
            return LOOK_AGAIN
    return _close(announcement_id)


def _close(announcement_id: int) -> float | None:
    """Nothing of it is in the outbox any more: who was never fed counts as cancelled, too."""
    announcement = db.session.get_one(Announcement, announcement_id)
    unfed = db.session.execute(
        select(AnnouncementRecipient.channel, func.count())
        .where(
            or_(
                *(
                    and_(AnnouncementRecipient.channel == name, AnnouncementRecipient.id > announcement.fed_to(name))
                    for name in announcement.channels
                )
            ),
            AnnouncementRecipient.id >= (announcement.first_recipient_id or 0),
            AnnouncementRecipient.id <= (announcement.last_recipient_id or 0),
            is_of(announcement_id),
            AnnouncementRecipient.reason.is_(None),
        )
        .group_by(AnnouncementRecipient.channel)
    ).all()
    with transaction():
        held = held_announcement(announcement_id, AnnouncementState.HALTED)
        if held is None or held.is_swept:
            return None
        for channel, number in unfed:
            db.session.execute(
                update(AnnouncementCount)
                .where(
                    AnnouncementCount.announcement_id == announcement_id,
                    AnnouncementCount.channel == channel,
                    AnnouncementCount.outcome == Outcome.CANCELLED,
                )
                .values(n=AnnouncementCount.n + number, changed_at=now())
            )
        held.is_swept = counts_of(announcement_id).waiting <= 0
    return None if held.is_swept else LOOK_AGAIN

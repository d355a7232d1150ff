"""What waits in the outbox of an announcement that was stopped: put aside while it pauses, taken back when it was halted."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.announcements.channels import adapter
from app.announcements.counts import counts_of
from app.announcements.events import AnnouncementChanged, AnnouncementDue
from app.announcements.held import held_announcement
from app.announcements.models import STOPPED, Announcement, AnnouncementCount, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.recipients_again import OWNER, is_of
from app.core.among import among
from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.delivery.models import Delivery
from app.delivery.service import bulk
from app.delivery.stops import ASIDE

MANY = 2_000
"""Deliveries in one commit."""
BREATH, LOOK_AGAIN = 0.01, 0.5
_is_stopped = or_(
    Announcement.state == AnnouncementState.PAUSED,
    and_(Announcement.state == AnnouncementState.HALTED, Announcement.is_swept.is_(False)),
)
"""Of a halted one that is swept nothing waits: what comes back to the outbox makes it unswept in the same commit (`unsweep`)."""
_stopped = (
    select(AnnouncementRecipient.id)
    .join(Announcement, Announcement.id == AnnouncementRecipient.announcement_id)
    .where(among(AnnouncementRecipient.__table__.c.id, "ids"), _is_stopped)
)
_any_stopped = select(Announcement.id).where(_is_stopped).limit(1)


def stopped_among(recipient_ids: Collection[int]) -> Collection[int]:
    """Those recipients whose announcement is paused or halted. Usually none is, which one small query tells."""
    if not recipient_ids or db.session.scalar(_any_stopped) is None:
        return ()
    return list(db.session.scalars(_stopped, {"ids": list(recipient_ids)}))


def is_ended(recipient_id: int) -> bool:
    """Whether nothing of its announcement may ever leave again."""
    ended = select(Announcement.id).join(AnnouncementRecipient, AnnouncementRecipient.announcement_id == Announcement.id)
    found = ended.where(AnnouncementRecipient.id == recipient_id, Announcement.state == AnnouncementState.HALTED)
    return db.session.scalar(found) is not None


def unsweep(announcement_ids: Collection[int]) -> None:
    """Something of these came back to the outbox. Part of the running transaction, before it counts.

    Locks them, whatever their state: who stops one, or ends its sweep, waits for us or is seen here.
    """
    columns = Announcement.id, Announcement.is_swept, Announcement.state, Announcement.district_id, Announcement.version
    found = select(*columns).where(Announcement.id.in_(announcement_ids)).order_by(Announcement.id)
    rows = db.session.execute(found.with_for_update(key_share=True)).all()
    _go_on([row for row in rows if row.state == AnnouncementState.FINISHED])
    swept = [row.id for row in rows if row.is_swept]
    if swept:
        again = update(Announcement).where(Announcement.id.in_(swept), Announcement.state == AnnouncementState.HALTED)
        db.session.execute(again.values(is_swept=False))


def _go_on(finished: Sequence[Any]) -> None:
    """What is tried once more goes out: it can be paused and stopped. When all had left for the first time stays."""
    for row in finished:
        again = update(Announcement).where(Announcement.id == row.id, Announcement.state == AnnouncementState.FINISHED)
        state, version = AnnouncementState.SENDING, row.version + 1
        changed: Any = db.session.execute(again.values(state=state, version=version).execution_options(synchronize_session=False))
        if changed.rowcount:
            open_events().extend([AnnouncementChanged(row.district_id, row.id, state, version), AnnouncementDue(row.id)])


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
    """One step for what is stopped. Seconds until the next; None when nothing is left to do.

    Looks first, which holds up nobody; the commit is only for what there is to write.
    """
    by_index()
    announcement = db.session.get(Announcement, announcement_id, populate_existing=True)
    if announcement is None or announcement.state not in STOPPED or announcement.is_swept:
        release_connection()
        return None
    state, is_fed = announcement.state, announcement.is_fed or announcement.state == AnnouncementState.PAUSED
    has_work = _waits(announcement) or (state == AnnouncementState.HALTED and _is_over(announcement))
    unfed = {} if is_fed else _unfed(announcement)
    release_connection()
    if is_fed and not has_work:
        return LOOK_AGAIN
    with transaction():
        by_index()
        held = held_announcement(announcement_id, *STOPPED)
        if held is None or held.state != state:
            return BREATH
        return _put_aside(held) if state == AnnouncementState.PAUSED else _take_back(held, unfed)


def _waits(announcement: Announcement) -> bool:
    """Whether anything of it would leave if nobody hindered it, or, once it was halted, is in the outbox at all."""
    mine = deliveries_of(announcement)
    if announcement.state == AnnouncementState.PAUSED:
        mine = and_(mine, Delivery.due_at < ASIDE)
    return any(bulk.is_waiting(adapter(name).waiting, mine) for name in announcement.channels)


def _put_aside(announcement: Announcement) -> float:
    mine = deliveries_of(announcement)
    changed = [bulk.put_aside(adapter(name).waiting, mine, MANY) for name in announcement.channels]
    return BREATH if MANY in changed else LOOK_AGAIN


def _take_back(announcement: Announcement, unfed: Mapping[str, int]) -> float | None:
    """Who was never fed counts as cancelled, too: at once, and only in the commit that says that nobody is left to feed."""
    if not announcement.is_fed:
        announcement.is_fed = True
        for channel, number in unfed.items():
            db.session.execute(
                update(AnnouncementCount)
                .where(
                    AnnouncementCount.announcement_id == announcement.id,
                    AnnouncementCount.channel == channel,
                    AnnouncementCount.outcome == Outcome.CANCELLED,
                )
                .values(n=AnnouncementCount.n + number, changed_at=now())
            )
    mine = deliveries_of(announcement)
    changed = [bulk.take_back(adapter(name).waiting, mine, MANY) for name in announcement.channels]
    if any(changed):
        return BREATH  # these are counted as this commit ends
    announcement.is_swept = _is_over(announcement)
    return None if announcement.is_swept else LOOK_AGAIN


def _is_over(announcement: Announcement) -> bool:
    """Whether everything came to its end, but for what a person has to decide. Waiting first: a doubt that ends makes both less."""
    waiting = counts_of(announcement.id).waiting
    return waiting <= 0 or waiting <= bulk.in_doubt(deliveries_of(announcement))


def _unfed(announcement: Announcement) -> dict[str, int]:
    """How many over each channel are not in the outbox. Nobody feeds it any more, so this stays so."""
    recipient = AnnouncementRecipient
    rows = db.session.execute(
        select(recipient.channel, func.count())
        .where(
            or_(*(and_(recipient.channel == name, recipient.id > announcement.fed_to(name)) for name in announcement.channels)),
            recipient.id >= (announcement.first_recipient_id or 0),
            recipient.id <= (announcement.last_recipient_id or 0),
            is_of(announcement.id),
            recipient.reason.is_(None),
        )
        .group_by(recipient.channel)
    )
    return {row[0]: row[1] for row in rows}

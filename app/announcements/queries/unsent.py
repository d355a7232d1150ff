"""Announcements that other systems asked for and that go on, or are still to begin."""

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent
from app.announcements.models import Announcement, AnnouncementState
from app.core.database import db

GOES_ON = (
    AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED, AnnouncementState.PREPARING, AnnouncementState.SENDING,
    AnnouncementState.PAUSED,
)  # fmt: skip
NOT_BEGUN = (AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED)


def is_unsent(bearer: Bearer) -> ColumnElement[bool]:
    """The condition on `Announcement`: somebody may still get it, were it by a further step over another channel.

    Its plus has databases look among those of this bearer, and not of the district.
    """
    still = or_(Announcement.state.in_(GOES_ON), and_(Announcement.state == AnnouncementState.FINISHED, Announcement.is_escalating))
    return and_(Announcement.bearer_id == bearer.id, Announcement.district_id + 0 == bearer.district_id, still)


def count(bearer: Bearer) -> int:
    """How many."""
    return db.session.scalar(select(func.count(Announcement.id)).where(is_unsent(bearer))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """By their titles; what goes on already says no time."""
    wanted = select(Announcement).where(is_unsent(bearer)).order_by(Announcement.scheduled_for, Announcement.id).limit(most)
    return [
        Unsent(
            Kind.ANNOUNCEMENT, one.title, one.scheduled_for if one.state in NOT_BEGUN else None,
            ("announcements.show", {"announcement_id": one.id}),
        )
        for one in db.session.scalars(wanted)
    ]  # fmt: skip

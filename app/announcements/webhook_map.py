"""What other systems hear of announcements: that one was handed over for everybody."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.accounts.models import Staff
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementState
from app.core.clock import now
from app.core.database import db
from app.core.events import within_all
from app.directory.models import School
from app.webhooks.service import Happened, tell

_ANNOUNCEMENTS = (
    select(Announcement, School.uuid.label("school"), Staff.uuid.label("author"))
    .outerjoin(School, School.id == Announcement.school_id)
    .outerjoin(Staff, Staff.id == Announcement.author_id)
    .order_by(Announcement.id)
)


@within_all(AnnouncementChanged)
def tell_of_end(facts: Sequence[AnnouncementChanged]) -> None:
    """An announcement is in another state; what is told is that it is finished, again where something was tried once more."""
    finished = [fact for fact in facts if fact.state == AnnouncementState.FINISHED]
    if finished:
        tell("announcement.finished", finished, _described)


def _described(facts: Sequence[AnnouncementChanged]) -> Iterator[Happened]:
    db.session.flush()
    versions = {fact.announcement_id: fact.version for fact in facts}
    for row in db.session.execute(_ANNOUNCEMENTS.where(Announcement.id.in_(versions))):
        announcement: Announcement = row.Announcement
        counts = select(AnnouncementCount).where(AnnouncementCount.announcement_id == announcement.id)
        at = announcement.finished_at or now()
        data = {
            "announcement_id": announcement.uuid, "school_id": row.school, "staff_id": row.author, "category": announcement.category,
            "channels": announcement.channels, "status": announcement.state, "started_at": announcement.started_at, "finished_at": at,
            "recipients": [
                {"channel": one.channel, "outcome": one.outcome, "count": one.n} for one in db.session.scalars(counts) if one.n
            ],
        }  # fmt: skip
        once = str(versions[announcement.id])
        yield Happened(f"announcement:{announcement.uuid}", at, data, {"title": announcement.title}, once)

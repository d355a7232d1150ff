"""The files of an announcement, and who may open one."""

from datetime import timedelta

from sqlalchemy import select

from app.announcements.models import Announcement, AnnouncementFile, AnnouncementState
from app.core.clock import now
from app.core.database import db
from app.core.files import FileGone
from app.directory.models import District

OPEN_DAYS = 30
"""So many days after it was sent a family may open a file, where the district says nothing else."""
BEFORE = frozenset({AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED})


def files_of(announcement_id: int) -> list[AnnouncementFile]:
    """In the order in which they were added."""
    mine = select(AnnouncementFile).where(AnnouncementFile.announcement_id == announcement_id)
    return list(db.session.scalars(mine.order_by(AnnouncementFile.id)))


def file_behind(code: str) -> AnnouncementFile:
    """What a link for families opens, as long as it does. Raises FileGone."""
    found = db.session.execute(
        select(AnnouncementFile, Announcement, District.settings)
        .join(Announcement, Announcement.id == AnnouncementFile.announcement_id)
        .join(District, District.id == AnnouncementFile.district_id)
        .where(AnnouncementFile.code == code)
    ).first()
    if found is None:
        raise FileGone
    file, announcement, settings = found
    days = timedelta(days=int(settings.get("guardian_link_days", OPEN_DAYS)))
    since = announcement.finished_at or announcement.started_at
    if announcement.state not in BEFORE and since is not None and now() - since > days:
        raise FileGone
    result: AnnouncementFile = file
    return result

"""What browsers hear of announcements: that one changed, or that its numbers moved. They ask for the rest themselves."""

from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement
from app.core.database import db
from app.core.events import within
from app.live import service as live


@within(AnnouncementChanged)
def push_change(fact: AnnouncementChanged) -> None:
    """To who looks at it, and to the lists of its author and its school."""
    row = db.session.get(Announcement, fact.announcement_id)  # whoever changed it has usually read it
    audiences = [f"announcement:{fact.announcement_id}"]
    if row is not None:
        audiences += [f"staff:{row.author_id}", *([f"school:{row.school_id}"] if row.school_id else [])]
    payload = {"announcement_id": fact.announcement_id, "state": fact.state, "version": fact.version}
    live.push(tuple(audiences), "announcement:changed", payload, district_id=fact.district_id)


@within(AnnouncementProgressed)
def push_progress(fact: AnnouncementProgressed) -> None:
    """To who looks at it."""
    audience = (f"announcement:{fact.announcement_id}",)
    live.push(audience, "announcement:progress", {"announcement_id": fact.announcement_id}, district_id=fact.district_id)

"""What browsers hear of announcements: that one changed, or that its numbers moved. They ask for the rest themselves."""

from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement
from app.core.database import db
from app.core.events import within
from app.live import service as live


@within(AnnouncementChanged)
def push_change(fact: AnnouncementChanged) -> None:
    """To who looks at it, and to the lists of its author and its school; of the whole district, to those of its admins."""
    row = db.session.get(Announcement, fact.announcement_id)  # whoever changed it has usually read it
    audiences = _watching(fact.announcement_id, row)
    if row is not None:
        audiences += [f"school:{row.school_id}"] if row.school_id else _admins_of(row.district_id)
        audiences += [mine] if (mine := f"staff:{row.author_id}") not in audiences else []
    payload = {**_of(fact.announcement_id, row), "state": fact.state, "version": fact.version}
    live.push(tuple(audiences), "announcement:changed", payload, district_id=fact.district_id)


@within(AnnouncementProgressed)
def push_progress(fact: AnnouncementProgressed) -> None:
    """To who looks at it."""
    row = db.session.get(Announcement, fact.announcement_id)
    audience = tuple(_watching(fact.announcement_id, row))
    live.push(audience, "announcement:progress", _of(fact.announcement_id, row), district_id=fact.district_id)


def _admins_of(district_id: int) -> list[str]:
    admins = select(Staff.id).where(Staff.district_id == district_id, Staff.role == Role.DISTRICT_ADMIN)
    return [f"staff:{number}" for number in db.session.scalars(admins)]


def _watching(announcement_id: int, row: Announcement | None) -> list[str]:
    """Who looks at it, or at the one of which it is a step or from which it was sent on."""
    first = _first(row)
    return [f"announcement:{announcement_id}", *([f"announcement:{first}"] if first else [])]


def _first(row: Announcement | None) -> int | None:
    return (row.escalation_of_id or row.follow_up_of_id or row.correction_of_id) if row is not None else None


def _of(announcement_id: int, row: Announcement | None) -> dict[str, int | None]:
    return {"announcement_id": announcement_id, "step_of": _first(row)}

"""The surprise brake: far more people than somebody usually writes to ask for the school's name."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Staff
from app.announcements.models import Announcement
from app.core.database import db
from app.directory.models import District, School

USUAL_OF = 10
"""The newest announcements of a person tell what is usual."""
NEVER_FAR = 300
FAR_ABOVE = 2


@dataclass(frozen=True, slots=True)
class Brake:
    """Whether sending needs the name typed, and which."""

    name: str
    usual: int
    people: int

    @property
    def is_on(self) -> bool:
        """Far more than usual."""
        return self.people > max(NEVER_FAR, FAR_ABOVE * self.usual)

    def lets_pass(self, typed: str | None) -> bool:
        """The name, in any case and with any spaces around it."""
        return not self.is_on or " ".join((typed or "").split()).casefold() == " ".join(self.name.split()).casefold()


def brake_for(staff: Staff, announcement: Announcement, people: int | None = None) -> Brake:
    """How far `people` (those of its kept plan, if not given) are above what this person usually sends."""
    reached = db.session.scalars(
        select(Announcement.plan["people_reached"].as_integer())
        .where(Announcement.accepted_by_id == staff.id, Announcement.started_at.is_not(None), Announcement.id != announcement.id)
        .order_by(Announcement.id.desc())
        .limit(USUAL_OF)
    )
    usual = max((number for number in reached if number), default=0)
    if announcement.school_id is not None:
        name = db.session.get_one(School, announcement.school_id).name
    else:
        name = db.session.get_one(District, announcement.district_id).name
    return Brake(name, usual, int((announcement.plan or {}).get("people_reached", 0)) if people is None else people)

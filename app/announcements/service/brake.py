"""The surprise brake: far more people than somebody usually writes to ask for the school's name."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements.audience import Audience
from app.announcements.models import Announcement, SendTo
from app.core.database import db
from app.core.prepared import Prepared
from app.directory.models import District, School, Section, Student

USUAL_OF = 10
"""The newest announcements of a person tell what is usual."""
NEVER_FAR = 300
FAR_ABOVE = 2
_REACHED = Prepared(
    select(Announcement.plan["people_reached"].as_integer())
    .where(Announcement.accepted_by_id == bindparam("me"), Announcement.started_at.is_not(None), Announcement.id != bindparam("this"))
    .order_by(Announcement.id.desc())
    .limit(USUAL_OF)
)
_SCHOOL = Prepared(select(School.name).where(School.id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class Brake:
    """Whether sending needs the name typed, and which; nothing where it does not."""

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
    reached = _REACHED.rows({"me": staff.id, "this": announcement.id})
    usual = max((number for (number,) in reached if number), default=0)
    found = Brake("", usual, int((announcement.plan or {}).get("people_reached", 0)) if people is None else people)
    return replace(found, name=_name(announcement)) if found.is_on else found


def _name(announcement: Announcement) -> str:
    """Of whom it is for, which is what an oversight gets wrong: the one school of its families, else the district."""
    chosen, number = audiences.read(announcement.audience), announcement.school_id
    if chosen.names_students and announcement.send_to != SendTo.PERSON:
        schools = _schools(announcement, chosen)
        number = next(iter(schools)) if len(schools) == 1 else None
    if number is not None:
        [(name,)] = _SCHOOL.rows({"id": number})
        return str(name)
    return db.session.get_one(District, announcement.district_id).name


def _schools(announcement: Announcement, chosen: Audience) -> set[int]:
    """Where its students are. Whole schools, grades and classes say so themselves; only others are looked up one by one."""
    found = {*chosen.schools, *(school for school, _grade in chosen.grades)}
    if chosen.sections:
        found |= set(db.session.scalars(select(Section.school_id).where(Section.id.in_(chosen.sections)).distinct()))
    one_by_one = Audience(groups=chosen.groups, students=chosen.students, list_id=chosen.list_id)
    if one_by_one.names_students and len(found) <= 1:
        author = db.session.get_one(Staff, announcement.author_id)
        wanted = audiences.student_ids(author, one_by_one).subquery()
        found |= set(db.session.scalars(select(Student.school_id).join(wanted, wanted.c.id == Student.id).distinct().limit(2)))
    return found

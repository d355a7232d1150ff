"""Who speaks: the school or the district an announcement comes from, how its texts say so, and from which of its numbers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, literal, null, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements import audience as audiences
from app.announcements.audience import Audience
from app.announcements.channels import SenderPool
from app.announcements.models import Announcement, AnnouncementRecipient, Channel
from app.core.database import db
from app.core.merge_fields import MergeField, fields_in
from app.core.search_text import fold
from app.directory.models import District, School, Student
from app.directory.queries.reach import schools_of

LONGEST_OPENING = 60
DIGITS = 7
"""Of an address, by which one of several numbers is chosen: a family always hears from the same."""
NAMES = frozenset({MergeField.SCHOOL_NAME.lower(), MergeField.DISTRICT_NAME.lower()})


def names_of(school_id: int | None, district_id: int) -> tuple[str, ...]:
    """What the house is called, the shortest name that is its own first."""
    if school_id is not None:
        school = db.session.get_one(School, school_id)
        return tuple(filter(None, (school.short_name, school.name)))
    return (db.session.get_one(District, district_id).name,)


def usual_opening(school_id: int | None, district_id: int) -> str:
    """With which texts begin where nobody says otherwise."""
    return names_of(school_id, district_id)[0][:LONGEST_OPENING]


@dataclass(frozen=True, slots=True)
class Opening:
    """With which texts begin. `own` is None where nobody said otherwise."""

    own: str | None
    school_id: int | None
    district_id: int

    @property
    def words(self) -> str:
        """Unless a text names the house itself."""
        return usual_opening(self.school_id, self.district_id) if self.own is None else self.own.strip()

    def head(self, channel: str, body: str) -> str:
        """What stands before the words; nothing where they say it themselves, and on calls and emails, which say it anyway."""
        if channel != Channel.SMS or (self.own is None and self._is_named_in(body)):
            return ""
        return f"{self.words}:" if self.words and self.words[-1].isalnum() else self.words

    def _is_named_in(self, body: str) -> bool:
        said = fold(body)
        is_named = any(fold(name) in said for name in names_of(self.school_id, self.district_id))
        return is_named or any(one.name.lower() in NAMES for one in fields_in(body))


def opening_of(announcement: Announcement) -> Opening:
    """With which its texts begin."""
    return Opening(announcement.opening, announcement.school_id, announcement.district_id)


def usual_school(staff: Staff, document: dict[str, Any] | None = None) -> int | None:
    """Who speaks to an audience where nobody says otherwise; None for the whole district.

    The one school that everybody belongs to, else the one for which `staff` usually speaks.
    """
    schools = [school.id for school in schools_of(staff)]
    only = one_school(staff, audiences.read(document)) if document else None
    if only in schools:
        return only
    if role_allows(staff.role, Permission.MANAGE_NUMBERS):
        return None
    return schools[0] if schools else None


def one_school(author: Staff, chosen: Audience) -> int | None:
    """The school of all students of an audience; None where there are several, or nobody."""
    named = {*chosen.schools, *(school for school, _grade in chosen.grades)}
    if not chosen.names_students or len(named) > 1:
        return None
    if named and not (chosen.sections or chosen.groups or chosen.students or chosen.list_id):
        return named.pop()
    found = db.session.scalars(
        select(Student.school_id).where(Student.id.in_(audiences.student_ids(author, chosen))).distinct().limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def number_of(pool: SenderPool) -> ColumnElement[int]:
    """The number of a pool that writes to a recipient, by the end of the address; NULL for a pool without."""
    address, ids = AnnouncementRecipient.address, pool.number_ids
    if not ids:
        return cast(null(), BigInteger)
    if len(ids) == 1:
        return literal(ids[0], literal_execute=True)
    rest = cast(func.substr(address, func.length(address) - DIGITS + 1), BigInteger) % len(ids)
    return case(dict(enumerate(ids)), value=rest, else_=ids[0])


def number_for(pool: SenderPool, address: str | None) -> int | None:
    """The same for one address."""
    ids, end = pool.number_ids, (address or "")[-DIGITS:]
    if not ids:
        return None
    return ids[int(end) % len(ids)] if end.isdigit() else ids[0]

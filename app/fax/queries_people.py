"""The people around a fax: who can take care of it, and who did something with it."""

from collections.abc import Collection

from sqlalchemy import Select, and_, exists, or_, select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.permissions import PERMISSIONS, Permission
from app.core.database import db
from app.fax.models import Fax

MOST_COLLEAGUES = 20
MOST_WORDS = 4


def colleagues_of(staff: Staff, fax: Fax | None, words: str = "") -> list[Staff]:
    """To whom it can be given: who works at its school, or for the whole district; without a fax, whom the asker works with.

    The first of many; with words, those so named.
    """
    named = [Staff.name.icontains(word, autoescape=True) for word in words.split()[:MOST_WORDS]]
    return list(db.session.scalars(_colleagues(staff, fax).where(*named).order_by(Staff.name, Staff.id).limit(MOST_COLLEAGUES)))


def colleague_of(staff: Staff, fax: Fax, staff_id: int) -> Staff | None:
    """One of all of them."""
    return db.session.scalar(_colleagues(staff, fax).where(Staff.id == staff_id))


def _colleagues(staff: Staff, fax: Fax | None) -> Select[Staff]:
    may = [role for role, held in PERMISSIONS.items() if Permission.READ_FAXES in held and Permission.WRITE_THREADS in held]
    schools = [fax.school_id] if fax is not None and fax.school_id is not None else staff.school_ids
    works_there = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(schools))
    near = or_(works_there, Staff.role == Role.DISTRICT_ADMIN)
    everybody = staff.role == Role.DISTRICT_ADMIN if fax is None else fax.school_id is None  # a number of the district is anybody's
    conditions = [Staff.district_id == staff.district_id, are_people(), Staff.status == StaffStatus.ACTIVE, Staff.role.in_(may)]
    return select(Staff).where(and_(*conditions, *([] if everybody else [near])))


def names_of(people: Collection[int | None]) -> dict[int, str]:
    """By id."""
    wanted = {one for one in people if one is not None}
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))) if wanted else ()
    return {one.id: one.name for one in found}

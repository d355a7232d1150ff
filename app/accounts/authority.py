"""Which staff a person may see, change, and make what. Nobody gives more than they have."""

from sqlalchemy import ColumnElement, exists, select, true

from app.accounts.models import Role, Staff, StaffSchool
from app.accounts.tenancy import school_names

ROLES_IN_ORDER = (Role.TEACHER, Role.OFFICE, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.VIEWER)
"""As the pages list them."""


def is_district_wide(staff: Staff) -> bool:
    """Whether a person's scope is every school of the district."""
    return staff.role == Role.DISTRICT_ADMIN


def in_scope_of(actor: Staff) -> ColumnElement[bool]:
    """The condition on Staff rows of the actor's district: colleagues of one's schools, or all for a district admin."""
    if is_district_wide(actor):
        return true()
    shares_school = exists(
        select(StaffSchool.staff_id).where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(actor.school_ids))
    )
    return shares_school | (Staff.id == actor.id)


def may_manage(actor: Staff, staff: Staff) -> bool:
    """Whether the actor may change this person. Somebody who also works elsewhere belongs to the district admins."""
    if actor.district_id != staff.district_id:
        return False
    if is_district_wide(actor):
        return True
    theirs = set(staff.school_ids)
    within_mine = bool(theirs) and theirs <= set(actor.school_ids)
    return actor.role == Role.SCHOOL_ADMIN and staff.role != Role.DISTRICT_ADMIN and within_mine and staff.id != actor.id


def grantable_roles(actor: Staff) -> tuple[Role, ...]:
    """The roles that the actor may give."""
    if is_district_wide(actor):
        return ROLES_IN_ORDER
    if actor.role == Role.SCHOOL_ADMIN:
        return tuple(role for role in ROLES_IN_ORDER if role != Role.DISTRICT_ADMIN)
    return ()


def grantable_schools(actor: Staff) -> dict[int, str]:
    """The schools that the actor may give, by id."""
    names = school_names(actor.district_id)
    if is_district_wide(actor):
        return names
    return {number: name for number, name in names.items() if number in actor.school_ids}

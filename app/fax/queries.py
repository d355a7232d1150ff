"""Which faxes a person sees."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.errors import NotVisible
from app.fax.models import Fax


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Fax` that every query of this room carries.

    The office and the admins see all of their schools and of the district's numbers; a viewer all but what is restricted;
    everybody what is assigned to them or was begun by them.
    """
    return and_(Fax.deleted_at.is_(None), is_within_reach_of(staff))


def may_see_deleted(staff: Staff) -> ColumnElement[bool]:
    """The same for who may take back a deletion: who works with faxes."""
    return and_(Fax.deleted_at.is_not(None), is_within_reach_of(staff)) if role_allows(staff.role, Permission.WORK_FAXES) else false()


def is_within_reach_of(staff: Staff) -> ColumnElement[bool]:
    """The same, deleted or not. Only for what says which of them it means."""
    mine = or_(Fax.assignee_id == staff.id, Fax.author_id == staff.id)
    reach: ColumnElement[bool] = mine
    if staff.role == Role.DISTRICT_ADMIN:
        reach = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_THREADS) and role_allows(staff.role, Permission.READ_FAXES):
        here = or_(Fax.school_id.in_(staff.school_ids), Fax.school_id.is_(None))
        open_here = here if role_allows(staff.role, Permission.WORK_FAXES) else and_(here, Fax.is_restricted.is_(False))
        reach = or_(mine, open_here)
    elif not role_allows(staff.role, Permission.READ_FAXES):
        reach = false()
    return and_(Fax.district_id == staff.district_id, reach)


def fax_visible_to(staff: Staff, fax_id: int) -> Fax:
    """The fax. Raises NotVisible."""
    found = db.session.scalar(select(Fax).where(Fax.id == fax_id, is_visible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def deleted_or_none(staff: Staff, fax_id: int) -> Fax | None:
    """One that is deleted and that this person may take back."""
    return db.session.scalar(select(Fax).where(Fax.id == fax_id, may_see_deleted(staff)))


def sees(staff: Staff, fax: Fax) -> bool:
    """Whether it is visible, after it was given away."""
    return db.session.scalar(select(Fax.id).where(Fax.id == fax.id, is_visible_to(staff))) is not None


def ever_visible_to(staff: Staff, fax_id: int) -> None:
    """Whether this person could see it, also where it is deleted now. Raises NotVisible."""
    if db.session.scalar(select(Fax.id).where(Fax.id == fax_id, is_within_reach_of(staff))) is None:
        raise NotVisible

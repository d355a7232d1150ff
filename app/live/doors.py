"""Which audiences a person may hear. Rooms add their own, so that this room knows no feature."""

from collections.abc import Callable, Iterable

from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.errors import HomeroomError
from app.directory.models import School

Check = Callable[[Staff, int], object]
_checks: dict[str, Check] = {}


def admit(kind: str, check: Check) -> None:
    """Let people into audiences "kind:<id>" whom `check(staff, id)` does not refuse by raising a HomeroomError."""
    _checks[kind] = check


def may_hear(staff: Staff, kind: str, subject_id: int) -> bool:
    """Whether this person may listen; an unknown kind is closed."""
    check = _checks.get(kind)
    if check is None:
        return False
    try:
        check(staff, subject_id)
    except HomeroomError:
        return False
    return True


def standing_audiences(staff: Staff) -> list[str]:
    """What a person hears on every page: what concerns them, and their schools when they see all of those."""
    audiences = [f"staff:{staff.id}", f"district:{staff.district_id}"]
    schools: Iterable[int]
    if staff.role == Role.DISTRICT_ADMIN:
        schools = db.session.scalars(select(School.id).where(School.district_id == staff.district_id))
    elif role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        schools = staff.school_ids
    else:
        schools = []
    return audiences + [f"school:{school_id}" for school_id in schools]

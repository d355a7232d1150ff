"""Keys that speak for several people: which member of the staff a request names, and whether its key may act as them.

A program that manages the whole district may act as anybody of it; any other key acts as its own row of the staff, and as
nobody else; so does one that acts as a person, be she an administrator.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from app.accounts.acquaintance import HOURS, PERSON, REMEMBERED, SCHOOLS, met, people
from app.accounts.callers import Caller, callers_still
from app.accounts.models import Role, Staff, StaffKind, StaffStatus
from app.accounts.scope_rules import within_role
from app.core.prepared import Prepared, Raw

_SOMEBODY: Select[Any] = (
    select(*(people.c[name] for name in PERSON), HOURS, SCHOOLS)
    .where(people.c.district_id == bindparam("district"), people.c.status == StaffStatus.ACTIVE.value)
    .order_by(people.c.id)
    .limit(1)
)
_BY_UUID = Prepared(_SOMEBODY.where(people.c.uuid.between(bindparam("first"), bindparam("last"))))
_BY_EMAIL = Prepared(_SOMEBODY.where(people.c.email == bindparam("email"), people.c.kind == StaffKind.PERSON.value))
_IN_OFFICE = Prepared(
    select(*(people.c[name] for name in PERSON), HOURS, SCHOOLS).where(
        people.c.id.in_(bindparam("numbers", expanding=True)), people.c.status == StaffStatus.ACTIVE.value
    )
)
_PRIMARY = Prepared(_SOMEBODY.where(people.c.role == Role.DISTRICT_ADMIN.value, people.c.kind == StaffKind.PERSON.value))


def primary_of(district_id: int) -> Staff | None:
    """The administrator that every district has: of those who are in office, the first."""
    return _first(_PRIMARY, {"district": district_id})


def staff_between(district_id: int, first: UUID, last: UUID) -> Staff | None:
    """Who is named by a part of a UUID, and in office."""
    return _first(_BY_UUID, {"district": district_id, "first": first, "last": last})


def staff_of_email(district_id: int, email: str) -> Staff | None:
    """Who signs in with this address, and is in office."""
    return _first(_BY_EMAIL, {"district": district_id, "email": email.strip().lower()})


def acting_as(caller: Caller, staff: Staff | None) -> Caller | None:
    """The same key in the name of `staff`, with what it and their role allow; None where it may not speak for them."""
    if staff is None or staff.district_id != caller.district_id:
        return None
    if staff.id == caller.staff.id:
        return caller
    if not _speaks_for_all(caller):
        return None
    return replace(caller, staff=staff, scopes=within_role(caller.scopes, staff.role))


def unnamed(caller: Caller) -> Staff | None:
    """As whom a key acts that names nobody: as the primary user where it may speak for everybody, else as the one it may."""
    return primary_of(caller.district_id) if _speaks_for_all(caller) else caller.staff


def as_of_now(callers: Collection[Caller]) -> list[Caller | None]:
    """Each of these as its key and its role stand now; None where it may act no more. Two queries, however many there are."""
    by_key = callers_still({caller.key.id for caller in callers})
    numbers = {caller.staff.id for caller in callers}
    people_now = {person.id: person for person in map(_known, _IN_OFFICE.rows({"numbers": list(numbers)}))} if numbers else {}
    return [acting_as(by_key[caller.key.id], people_now.get(caller.staff.id)) if caller.key.id in by_key else None for caller in callers]


def _speaks_for_all(caller: Caller) -> bool:
    return caller.staff.role == Role.DISTRICT_ADMIN and not caller.staff.is_person


def _first(question: Prepared, values: dict[str, Any]) -> Staff | None:
    rows = question.rows(values)
    return _known(rows[0]) if rows else None


@lru_cache(maxsize=REMEMBERED)
def _known(row: Raw) -> Staff:
    """All of them ask for the same columns."""
    *person, hours, schools = _PRIMARY.read(row)
    return met(person, hours, schools)

"""A reader whose particulars come with each execution, so that a statement about visibility is built and compiled once a role."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, literal_column

from app.accounts.models import Staff


@dataclass(frozen=True)
class Anyone:
    """Stands in for a `Staff` where a condition is built; everything but the role is a parameter."""

    role: str
    id: Any
    district_id: Any
    school_ids: Any


@cache
def anyone(role: str) -> Staff:
    """Somebody of this role. Execute with `particulars_of` the person who asks."""
    stand_in = Anyone(role, bindparam("me"), bindparam("my_district"), bindparam("my_schools", expanding=True))
    return cast("Staff", stand_in)


def particulars_of(staff: Staff) -> dict[str, Any]:
    """The parameters of `anyone`."""
    return {"me": staff.id, "my_district": staff.district_id, "my_schools": staff.school_ids}


@cache
def fixed(value: str | int) -> ColumnElement[Any]:
    """A constant of the statement itself. As a parameter it would hide partial indexes, or make SQLite plan anew each time."""
    return literal_column(str(value) if isinstance(value, int) else f"'{value}'")

"""What a bearer reaches: an Admin everything that bearers of its district made, every other one its own."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from app.accounts.callers import Caller
from app.accounts.models import BearerType


def is_admin(caller: Caller) -> bool:
    """Whether every bearer's objects are its to see."""
    return caller.bearer.type == BearerType.ADMIN


def is_own(caller: Caller, kind: Any) -> ColumnElement[bool]:
    """The condition on a table of this face."""
    same_district: ColumnElement[bool] = kind.district_id == caller.district_id
    return same_district if is_admin(caller) else and_(same_district, kind.bearer_id == caller.bearer.id)

"""Which system acts in a person's name now: what it does stands under her name, and says that it was not her hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import g, has_app_context
from sqlalchemy import ScalarSelect, literal, select
from sqlalchemy.orm import aliased

from app.accounts.models import Bearer, Staff, StaffKind
from app.accounts.scopes import Scope
from app.core.database import db
from app.core.presentation import gettext as _

THROUGH = "through"
"""Among the details of what is written down: the system that did it with the key of a person."""
BEARER = "bearer_id"
"""The same place: which bearer asked for it, also where it acts under its own name."""
_acting: ContextVar[tuple[int, str] | None] = ContextVar("system_behind", default=None)


@contextmanager
def acting_for(bearer: Bearer, staff: Staff) -> Iterator[None]:
    """What is done inside is done by `bearer`: for jobs, which carry out later what was asked with a key."""
    before = _acting.set((bearer.id, _name(bearer, staff)))
    try:
        yield
    finally:
        _acting.reset(before)


def system_behind() -> str:
    """The name of the system; empty where a person acts with her own hand, or an application under its own name."""
    known = _acting.get()
    if known is not None:
        return known[1]
    caller = g.get("api_caller") if has_app_context() else None
    return _name(caller.bearer, caller.staff) if caller is not None else ""


def bearer_behind() -> int | None:
    """Which bearer asks for what is written down now, under whoever's name; None where a person does it with her own hand."""
    known = _acting.get()
    if known is not None:
        return known[0]
    caller = g.get("api_caller") if has_app_context() else None
    return caller.bearer.id if caller is not None else None


def name_behind(bearer_id: Any, staff_id: Any) -> ScalarSelect[str | None]:
    """The same of a row, as a column to select: `bearer_id` and `staff_id` are its own, of who asked for it and in whose name."""
    who = aliased(Staff)
    named = select(Bearer.name).join(who, who.kind == literal(StaffKind.PERSON, literal_execute=True))
    return named.where(Bearer.id == bearer_id, who.id == staff_id).scalar_subquery()


def author_named(author: Staff, bearer_id: int | None) -> str:
    """The author of a row as staff read it."""
    return by_system(author.name, through(bearer_id, author).get(THROUGH))


def through(bearer_id: int | None, author: Staff | None) -> dict[str, Any]:
    """The same among the details of what is written down about the row."""
    bearer = db.session.get(Bearer, bearer_id) if bearer_id is not None else None
    system = _name(bearer, author) if bearer is not None and author is not None else ""
    return {THROUGH: system} if system else {}


def by_system(name: str, system: str | None) -> str:
    """A person's name as staff read it where a system acted in it."""
    return _("%(name)s · by %(system)s", name=name, system=system) if system else name


def may_hear_names() -> bool:
    """Whether who asks now may learn whose a number is. A program needs a scope for it; what a job writes down, any key may read."""
    if _acting.get() is not None:
        return False
    caller = g.get("api_caller") if has_app_context() else None
    return caller is None or Scope.READ_PEOPLE in caller.scopes


def _name(bearer: Bearer, staff: Staff) -> str:
    return bearer.name if staff.is_person else ""

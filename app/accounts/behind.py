"""Which system acts in a person's name now: what it does stands under her name, and says that it was not her hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import g, has_app_context

from app.accounts.models import Bearer, Staff

_acting: ContextVar[str | None] = ContextVar("system_behind", default=None)


@contextmanager
def acting_for(bearer: Bearer, staff: Staff) -> Iterator[None]:
    """What is done inside is done by `bearer`: for jobs, which carry out later what was asked with a key."""
    before = _acting.set(_name(bearer, staff))
    try:
        yield
    finally:
        _acting.reset(before)


def system_behind() -> str:
    """The name of the system; empty where a person acts with her own hand, or an application under its own name."""
    known = _acting.get()
    if known is not None:
        return known
    caller = g.get("api_caller") if has_app_context() else None
    return _name(caller.bearer, caller.staff) if caller is not None else ""


def _name(bearer: Bearer, staff: Staff) -> str:
    return bearer.name if staff.is_person else ""

"""Refusals of services that this face tells as a wrong state (406)."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.api.refusals import Refused, Why
from app.core.errors import HomeroomError


@contextmanager
def as_state(*kinds: type[HomeroomError]) -> Iterator[None]:
    """These are about the state of a thing, whatever status they have on pages."""
    try:
        yield
    except kinds as error:
        raise Refused(Why.STATE, error.advice, code=error.code) from error

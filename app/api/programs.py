"""Whether another system was ever let into a district: asked before a face looks at anything that happens there, once for all of them.

Each process remembers that there is one for good, and that there is none for a second: what happens in the first second of a
district's first system is followed by the process that let it in, by every one that it asks, and by all the others from then on.
"""

import math
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app
from sqlalchemy import bindparam, select

from app.accounts.events import BearerLetIn
from app.accounts.models import Bearer
from app.core import events
from app.core.prepared import Prepared

REMEMBERED = 1.0
"""Seconds for which a process takes it that nobody was let in elsewhere."""
_KEY = "districts_with_programs"
_first: Any = select(Bearer.id).where(Bearer.district_id == bindparam("district")).order_by(Bearer.id).limit(1)
_FIRST = Prepared(_first)


class OfDistrict(Protocol):
    """A fact that says whose it is."""

    @property
    def district_id(self) -> int:
        """The district."""


AnyFact = TypeVar("AnyFact", bound=OfDistrict)


def any_in(district_id: int) -> bool:
    """Also where all of them were let go since: what they sent goes on. Usually no statement, and at most one small one."""
    known: dict[int, float] = current_app.extensions[_KEY]
    until = known.get(district_id, 0.0)
    if until == math.inf:
        return True
    if until > time.monotonic():
        return False
    is_one = bool(_FIRST.rows({"district": district_id}))
    known[district_id] = math.inf if is_one else time.monotonic() + REMEMBERED
    return is_one


def met(district_id: int) -> None:
    """One asks right now."""
    current_app.extensions[_KEY][district_id] = math.inf


def within(*kinds: type[AnyFact]) -> Callable[[Callable[[AnyFact], object]], Callable[[AnyFact], object]]:
    """As `events.within`, for districts with a program."""

    def register(listener: Callable[[AnyFact], object]) -> Callable[[AnyFact], object]:
        @wraps(listener)
        def where_one_is(fact: AnyFact) -> None:
            if any_in(fact.district_id):
                listener(fact)

        events.within(*kinds)(where_one_is)
        return listener

    return register


def within_all(*kinds: type[AnyFact]) -> Callable[[Callable[[Sequence[AnyFact]], object]], Callable[[Sequence[AnyFact]], object]]:
    """As `events.within_all`, for those of the facts that are of districts with a program, if there are any."""

    def register(listener: Callable[[Sequence[AnyFact]], object]) -> Callable[[Sequence[AnyFact]], object]:
        @wraps(listener)
        def where_some_are(facts: Sequence[AnyFact]) -> None:
            theirs = [fact for fact in facts if any_in(fact.district_id)]
            if theirs:
                listener(theirs)

        events.within_all(*kinds)(where_some_are)
        return listener

    return register


@events.on(BearerLetIn)
def note(fact: BearerLetIn) -> None:
    """The first, or one more."""
    met(fact.district_id)


def init_app(app: Flask) -> None:
    """Nobody is known yet."""
    app.extensions[_KEY] = {}

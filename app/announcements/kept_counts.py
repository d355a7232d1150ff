"""What the audience of a draft was counted to, kept while its author types: most saves change words, and nobody is counted for these.

A page that is opened counts anew, and so does the look before it goes out; only its autosaves are answered from here. Counting
takes a process a twentieth of its time at most for each draft. Kept by what was asked, so that another audience is counted at once.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Protocol, TypeVar

from flask import current_app

from app.announcements.models import Announcement

AT_LEAST, TIMES_ITS_COST = 60.0, 20
"""Seconds."""
MOST_KEPT = 300
"""Of all drafts of a process. Each is a few numbers, or a dozen names."""
KEY = "announcement_drafts"
Counted = TypeVar("Counted")


class Keep(Protocol):
    """Gives what `count` gives, or gave for the same `asked` before."""

    def __call__(self, asked: Hashable, count: Callable[[], Counted]) -> Counted:
        """Count, if nobody did."""


def anew(asked: Hashable, count: Callable[[], Counted]) -> Counted:
    """As it is at this moment, kept nowhere."""
    del asked
    return count()


class OfDraft:
    """The counts of one draft."""

    def __init__(self, announcement: Announcement, *, is_anew: bool) -> None:
        """`is_anew`: what was kept is replaced."""
        self._kept: _Shelf = current_app.extensions.setdefault(KEY, _Shelf())
        self._of, self._is_anew = announcement.uuid, is_anew

    def __call__(self, asked: Hashable, count: Callable[[], Counted]) -> Counted:
        """As `Keep`."""
        key, begun = (self._of, asked), time.monotonic()
        if not self._is_anew and (kept := self._kept.get(key, begun)) is not None:
            remembered: Counted = kept[0]
            return remembered
        fresh, ended = count(), time.monotonic()
        self._kept.put(key, ended + max(AT_LEAST, TIMES_ITS_COST * (ended - begun)), fresh)
        return fresh


class _Shelf:
    """What was asked longest ago makes room. Threads share it."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, at: float) -> tuple[Any] | None:
        with self._lock:
            until, found = self._rows.get(key, (at, None))
            return (found,) if at < until else None

    def put(self, key: Hashable, until: float, found: object) -> None:
        with self._lock:
            self._rows.pop(key, None)
            self._rows[key] = (until, found)
            while len(self._rows) > MOST_KEPT:
                self._rows.popitem(last=False)

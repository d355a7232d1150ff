"""Which phone of a guardian rings next, and when: mobile, home, work, each at most three times, until somebody or a voicemail answers.

Pure functions: what happened goes in, what to do comes out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.delivery.voice.models import CallOutcome
from app.directory.models import ContactKind

MOST_CALLS = 3
"""To one number; afterwards the next one has its turn."""
PAUSE = timedelta(minutes=15)
TRY_AGAIN = frozenset({CallOutcome.BUSY, CallOutcome.NO_ANSWER})
WORK_WORDS = ("work", "office", "job")


@dataclass(frozen=True, slots=True)
class Phone:
    """One number of a guardian."""

    contact_point_id: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Rang:
    """A call that is over."""

    address: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Next:
    """Call this phone after a pause."""

    phone: Phone
    pause: timedelta


def rank(kind: str, label: str | None, priority: int, point_id: int) -> tuple[int, int, int]:
    """The place of a number in the order mobile, home, work; within it, by the family's own priority."""
    is_work = any(word in (label or "").lower() for word in WORK_WORDS)
    place = 2 if is_work else 1 if kind == ContactKind.LANDLINE else 0
    return place, priority, point_id


def next_call(rang: Sequence[Rang], phones: Iterable[Phone]) -> Next | None:
    """After the calls in `rang`, oldest first: the same phone again, the next of `phones` (in order), or None: it is over.

    `phones` are those that may be called at all; one that was called before and is not there any more is not called again.
    """
    if not rang:
        return None
    last, known = rang[-1], {phone.address: phone for phone in phones}
    if last.outcome not in TRY_AGAIN | {CallOutcome.FAILED}:
        return None
    times = sum(1 for one in rang if one.address == last.address)
    if last.outcome in TRY_AGAIN and times < MOST_CALLS and last.address in known:
        return Next(known[last.address], PAUSE)
    called = {one.address for one in rang}
    fresh = next((phone for phone in known.values() if phone.address not in called), None)
    return None if fresh is None else Next(fresh, timedelta())

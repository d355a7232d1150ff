"""Rows that wait for their time, as a queue: each leaves it once, whoever takes it, and a small wish does not wait for a large one."""

import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, Select, bindparam, func, select, text, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.behind import acting_for
from app.accounts.models import Staff
from app.accounts.queries_access import still_acting
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.core.guarded_fetch import NotFetched

log = structlog.get_logger()
A_MOMENT = 0.5
"""Seconds for which a job takes from a queue; then it stands in line again, behind what others wait for."""
LEASE = timedelta(seconds=15)
"""So long families wait for what a killed worker had in hand. Who takes longer for a batch finds, at worst, that another was faster."""
AGAIN_AFTER = timedelta(seconds=30)
"""After the first accident; twice as long after each further one."""


class OurFault(HomeroomError):
    """Something went wrong here, again and again. Programs read it, so it speaks English."""

    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side. Send it again later.")


class Line(NamedTuple):
    """Rows of one bearer that take their turns with the others."""

    bearer_id: int
    turn: int


class WorkQueue:
    """A table with `bearer_id`, `due_at` and `tries`.

    A row is lent for a time and leaves by compare-and-set, so two workers, or a killed one, do no harm.

    `take` hands one row on in the name of who acts for its bearer, in a transaction that also takes it out of `waiting`. A refusal
    that it raises is the end of the row, which `end` writes down in the same way; a server that may give a file later, and every
    accident of ours, is tried again.
    """

    def __init__(
        self,
        model: type[Any],
        number: InstrumentedAttribute[int],
        waiting: str,
        take: Callable[[int, Staff], None],
        end: Callable[[int, HomeroomError], None],
        *,
        turn: InstrumentedAttribute[int] | None = None,
        only: Sequence[ColumnElement[bool]] = (),
        batch: int = 10,
        lease: timedelta = LEASE,
        most_tries: int = 5,
        threads: int = 1,
    ) -> None:
        """`waiting` is the condition of the table's partial index over `turn`, `due_at` and the number, in the same words.

        `turn` names what stands in line as one: a bearer, or something of one bearer alone. `threads` of a process take from it at once.
        """
        self.model, self.number, self.waiting, self.take, self.end = model, number, waiting, take, end
        self.turn: InstrumentedAttribute[int] = turn if turn is not None else model.bearer_id
        self.only, self.batch, self.lease, self.most_tries = tuple(only), batch, lease, most_tries
        self._lines = _lines(model, number, self.turn, waiting, self.only)
        self._places, self._is_wanted = threading.BoundedSemaphore(threads), threading.Event()

    def serve(self, *, seconds: float = A_MOMENT) -> bool:
        """Take what is due for so long, unless enough threads of this process do. Returns whether somebody should come again."""
        self._is_wanted.set()
        if not self._places.acquire(blocking=False):
            return False  # whoever is at it comes again
        try:
            self._is_wanted.clear()
            _taken, is_more = self._rounds(time.monotonic() + seconds)
        finally:
            self._places.release()
        return is_more or self._is_wanted.is_set()

    def take_all(self) -> int:
        """Take what is due, until nothing is. Returns how many rows that were."""
        taken, _is_more = self._rounds(math.inf)
        return taken

    def _rounds(self, until: float) -> tuple[int, bool]:
        taken = 0
        while time.monotonic() < until:
            numbers = self._claim()
            if not numbers:
                return taken, False
            taken += len(numbers)
            for number, bearer_id in numbers:
                self._hand_on(number, bearer_id)
        return taken, True

    def _claim(self) -> list[tuple[int, int]]:
        """Borrow the next few: as many of each bearer, and of each that has several lines as many of each line."""
        moment = now()
        lines = [Line(*row) for row in db.session.execute(self._lines, {"moment": moment}) if row.bearer_id is not None]
        if not lines:
            return []
        random.shuffle(lines)  # where there are more than fit, chance is fair without a memory that processes share
        of_bearer, found = Counter(line.bearer_id for line in lines), list[tuple[int, int, int]]()
        with transaction():
            for line in lines:
                share = math.ceil(self.batch / len(of_bearer) / of_bearer[line.bearer_id])
                numbers = db.session.scalars(self._next_of(line, moment).limit(share).with_for_update(skip_locked=True, of=self.model))
                found += [(place, number, line.bearer_id) for place, number in enumerate(numbers)]
                if len(found) >= self.batch:
                    break
            if not found:
                return []  # others were faster
            found.sort()
            lent = update(self.model).where(self.number.in_([number for _place, number, _bearer in found]))
            lent = lent.values(due_at=moment + self.lease, tries=self.model.tries + 1)
            db.session.execute(lent.execution_options(synchronize_session=False))
        return [(number, bearer_id) for _place, number, bearer_id in found]

    def _next_of(self, line: Line, moment: datetime) -> Select[int]:
        due = (text(self.waiting), self.model.due_at <= moment, *self.only)
        return select(self.number).where(self.turn == line.turn, *due).order_by(self.model.due_at, self.number)

    def _hand_on(self, number: int, bearer_id: int) -> None:
        try:
            try:
                bearer, staff = still_acting(bearer_id)
                with acting_for(bearer, staff):
                    self.take(number, staff)
            except HomeroomError as refusal:
                db.session.rollback()
                if isinstance(refusal, NotFetched) and refusal.may_work_later:
                    self._put_off(number, refusal)
                else:
                    self.end(number, refusal)
            except Exception:
                log.exception("api.not_handed_on", table=self.model.__tablename__, number=number)
                db.session.rollback()
                self._put_off(number, OurFault())
        except Exception:
            log.exception("api.not_put_off", table=self.model.__tablename__, number=number)
            db.session.rollback()  # it comes back when its time as lent is over; the next ones need not wait for that

    def _put_off(self, number: int, why: HomeroomError) -> None:
        tries = db.session.scalar(select(self.model.tries).where(self.number == number)) or 0
        if tries >= self.most_tries:
            self.end(number, why)
            return
        with transaction():
            later = update(self.model).where(self.number == number, text(self.waiting))
            later = later.values(due_at=now() + AGAIN_AFTER * 2 ** (max(tries, 1) - 1))
            db.session.execute(later.execution_options(synchronize_session=False))


def _lines(
    model: type[Any],
    number: InstrumentedAttribute[int],
    turn: InstrumentedAttribute[int],
    waiting: str,
    only: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """Who has something due, by one step along the index for each that has anything waiting, however much that is."""
    first = select(func.min(turn).label("turn")).where(text(waiting))
    steps = first.cte("lines", recursive=True)
    further = select(func.min(turn)).where(text(waiting), turn > steps.c.turn).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(further).where(steps.c.turn.is_not(None)))
    due = (turn == steps.c.turn, text(waiting), model.due_at <= bindparam("moment"), *only)
    in_order = (model.due_at, number)  # without it PostgreSQL would rather read the whole table than believe that so little is due
    whose = select(model.bearer_id).where(*due).order_by(*in_order).limit(1).correlate(steps).scalar_subquery().label("bearer_id")
    return select(whose, steps.c.turn).where(steps.c.turn.is_not(None))

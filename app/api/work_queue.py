"""Rows that wait for their time, as a queue: each leaves it once, whoever takes it, and a small wish does not wait for a large one."""

import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, literal, null, select, text, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

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
MOST_LINES = 100
"""Of one bearer at a time, the oldest: so many messages of it take their turns, and the next one when one of them is through."""

AT_ONCE, MOST_PUT_BEHIND = 100, 200
"""So many rows are looked at for some that are first in their line, where the oldest are not; and so many one claim puts behind those."""
NOBODY = null()


class OurFault(HomeroomError):
    """Something went wrong here, again and again. Programs read it, so it speaks English."""

    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side. Send it again later.")


class Together(NamedTuple):
    """Rows that were due at the same moment as one, such as those of a message to many."""

    due_at: datetime
    turn: int


class Lines(NamedTuple):
    """How rows of one bearer wait for each other, whatever it is that they stand in line for."""

    ahead: ColumnElement[int | None]
    """The number of the row for which one waits."""
    put_behind: Callable[[Sequence[tuple[int, int]]], int]
    """Have such rows (a number, and that of the one ahead) be due no more until those ahead have ended. Returns how many are."""


class Claimed(NamedTuple):
    """A row that was lent, and by which place among those of its bearer it is handed on."""

    place: int
    number: int
    bearer_id: int


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
        lines: Lines | None = None,
        batch: int = 10,
        lease: timedelta = LEASE,
        most_tries: int = 5,
        threads: int = 1,
    ) -> None:
        """`waiting` is the condition of the table's partial index over the bearer, `due_at`, `turn` and the number, in the same words.

        `turn` names what stands in line as one within a bearer, where that is so; `lines` says who waits for whom.
        `threads` of a process take from it at once.
        """
        self.model, self.number, self.waiting, self.take, self.end = model, number, waiting, take, end
        self.lines, self.batch, self.lease, self.most_tries = lines, batch, lease, most_tries
        self.turn, self._bearers = turn, _bearers(model, number, waiting)
        self._turns = _turns(model, number, turn, waiting) if turn is not None else None
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
            if numbers is None:
                return taken, False
            taken += len(numbers)
            for _place, number, bearer_id in numbers:
                self._hand_on(number, bearer_id)
        return taken, True

    def _claim(self) -> list[Claimed] | None:
        """Borrow the next few: as many of each bearer, and of each that has several lines as many of each line.

        Returns None where nothing is to be had now. What is found not to be first in its line makes room for others, so there may be more.
        """
        moment = now()
        bearers = list(db.session.scalars(self._bearers, {"moment": moment}))
        if not bearers:
            return None
        random.shuffle(bearers)  # where there are more than fit, chance is fair without a memory that processes share
        share, found, makes_room = math.ceil(self.batch / len(bearers)), list[Claimed](), 0
        with transaction():
            for bearer_id in bearers:
                numbers, put_behind = self._next_of(bearer_id, moment, share)
                found += [Claimed(place, number, bearer_id) for place, number in enumerate(numbers)]
                makes_room += put_behind
                if len(found) >= self.batch or makes_room >= MOST_PUT_BEHIND:
                    break
            if not found:
                return [] if makes_room else None  # others were faster
            lent = update(self.model).where(self.number.in_([each.number for each in found]))
            lent = lent.values(due_at=moment + self.lease, tries=self.model.tries + 1)
            db.session.execute(lent.execution_options(synchronize_session=False))
        return sorted(found)

    def _next_of(self, bearer_id: int, moment: datetime, share: int) -> tuple[list[int], int]:
        """So many of a bearer: the oldest, or of each of its messages as many. And how many turned out to stand behind others."""
        of_it = self.model.bearer_id == bearer_id
        if self.lines is not None:
            return self._firsts(self.lines, (of_it, self.model.due_at <= moment), share)
        if self.turn is None or self._turns is None:
            return [row.number for row in self._free((of_it, self.model.due_at <= moment), share)], 0
        lots = [Together(*row) for row in db.session.execute(self._turns, {"bearer": bearer_id, "moment": moment})]
        if len(lots) > share:  # what fits keeps the order in which it came
            random.shuffle(lots)
        found = list[list[int]]()
        for lot in lots:
            of_lot: list[Any] = [of_it, self.model.due_at == lot.due_at, self.turn == lot.turn]
            found.append([row.number for row in self._free(of_lot, math.ceil(share / len(lots)))])
            if sum(map(len, found)) >= share:
                break
        return [number for rank in zip_longest(*found) for number in rank if number is not None], 0

    def _firsts(self, lines: Lines, which: Sequence[ColumnElement[bool]], share: int) -> tuple[list[int], int]:
        """Those that are first in their line, and how many were put behind those before them on the way."""
        found, put_behind, most, beyond = list[int](), 0, share, list[ColumnElement[bool]]()
        while True:
            rows = self._free((*which, *beyond), most, lines.ahead)
            found += [row.number for row in rows if row.ahead is None]
            behind = [(row.number, row.ahead) for row in rows if row.ahead is not None]
            put_behind += lines.put_behind(behind) if behind else 0
            if len(rows) < most or len(found) >= share or put_behind >= MOST_PUT_BEHIND:
                return found[:share], put_behind
            most, beyond = AT_ONCE, [tuple_(self.model.due_at, self.number) > (rows[-1].due_at, rows[-1].number)]

    def _free(self, which: Sequence[ColumnElement[bool]], most: int, ahead: ColumnElement[Any] = NOBODY) -> Sequence[Row[Any]]:
        """Rows that nobody takes right now, the oldest first: the number, when it was due, and for which one it waits."""
        rows = select(self.number.label("number"), self.model.due_at, ahead.label("ahead")).where(*which, text(self.waiting))
        rows = rows.order_by(self.model.due_at, self.number).limit(most)
        return db.session.execute(rows.with_for_update(skip_locked=True, of=self.model)).all()

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


def _bearers(model: type[Any], number: InstrumentedAttribute[int], waiting: str) -> Select[Any]:
    """Who has something due, by one step along the index for each that has anything waiting, however much that is."""
    first = select(func.min(model.bearer_id).label("bearer_id")).where(text(waiting))
    steps = first.cte("bearers", recursive=True)
    further = select(func.min(model.bearer_id)).where(text(waiting), model.bearer_id > steps.c.bearer_id).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(further).where(steps.c.bearer_id.is_not(None)))
    due = (model.bearer_id == steps.c.bearer_id, text(waiting), model.due_at <= bindparam("moment"))
    in_order = (model.due_at, number)  # without it PostgreSQL would rather read the whole table than believe that so little is due
    is_one = select(number).where(*due).order_by(*in_order).limit(1).correlate(steps).scalar_subquery().is_not(None)
    return select(steps.c.bearer_id).where(steps.c.bearer_id.is_not(None), is_one)


def _turns(model: type[Any], number: InstrumentedAttribute[int], turn: InstrumentedAttribute[int], waiting: str) -> Select[Any]:
    """The oldest lines of a bearer with something due: a step along the index for each, however long they are and whatever is to come."""
    due = (model.bearer_id == bindparam("bearer"), text(waiting), model.due_at <= bindparam("moment"))
    in_order = (model.due_at, turn, number)
    first = select(number).where(*due).order_by(*in_order).limit(1).scalar_subquery()
    steps = select(first.label("number"), literal(1).label("place")).cte("turns", recursive=True)
    here, each = aliased(model, name="here"), aliased(model, name="each_line")
    beyond = tuple_(model.due_at, turn) > tuple_(here.due_at, getattr(here, turn.key))
    further = select(number).where(*due, beyond).order_by(*in_order).limit(1).correlate(here).scalar_subquery()
    at_here = getattr(here, number.key) == steps.c.number
    steps = steps.union_all(select(further, steps.c.place + 1).select_from(steps.join(here, at_here)).where(steps.c.place < MOST_LINES))
    return select(each.due_at, getattr(each, turn.key)).join(steps, getattr(each, number.key) == steps.c.number)

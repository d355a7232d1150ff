"""Carries out what people want of calls: one loop of each worker process, with no transaction open while the carrier is asked."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import cast

import structlog
from flask import Flask, current_app

from app.calls import direct_carrying
from app.calls.conference_asking import Asker
from app.calls.events import WishesWaiting
from app.calls.service import direct_errands, direct_sweeping, sweeping
from app.calls.service.errands import next_due, take_up, write_down
from app.calls.service.outcomes import Outcome
from app.carrier.voice_choice import calls_of
from app.core.clock import now
from app.core.database import db, release_connection
from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion

log = structlog.get_logger()

THREADS = 8
PEEK = 0.2
"""Seconds after which new wishes are looked for while the carrier is slow with others."""
NAME, SWEEPS = "calls-carrying", "calls-sweeping"


def turn() -> float:
    """Ask for what is due, and say in how many seconds to come again."""
    app = _app()
    carry_out(app, goes_on=lambda: carrier_loop.is_here(app))
    due = next_due()
    return LONGEST_SLEEP if due is None else max(0.05, (due - now()).total_seconds())


def carry_out(app: Flask, *, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Ask the carrier for all that is due, and for what becomes due meanwhile; returns how much that was.

    Each is taken up when a thread is free for it, and written down when its answer is there: one that is slow holds up no other.
    """
    count = 0
    running: dict[Future[Outcome], Callable[[Outcome], None]] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix=NAME) as askers:
        while True:
            for ask, note in _taken_up(app, THREADS - len(running)) if goes_on() else ():
                running[askers.submit(ask)] = note
                count += 1
            release_connection()
            if not running:
                return count
            for answered in wait(running, timeout=PEEK, return_when=FIRST_COMPLETED).done:
                _write_down(answered, running.pop(answered))


def _taken_up(app: Flask, most: int) -> Iterator[tuple[Callable[[], Outcome], Callable[[Outcome], None]]]:
    """What is due, as a question and what is done with its answer: the calls of two people first, of which there are few."""
    if most <= 0:
        return
    few = direct_errands.take_up(most)
    for errand in few:
        yield partial(direct_carrying.ask, app, errand, calls_of(app)), partial(direct_errands.write_down, errand)
    if most > len(few) and (errands := take_up(most - len(few))):
        asker = Asker.of(app)
        for one in errands:
            yield partial(asker.ask, one), partial(write_down, one)


def _write_down(answered: Future[Outcome], note: Callable[[Outcome], None]) -> None:
    try:
        note(answered.result())
    except Exception:  # it stays begun, and is looked up; the others have answers of their own
        log.exception("calls.not_written_down")


def sweep() -> float:
    """Look at what is silent. In a thread of its own: no button waits for that."""
    app = _app()
    for look in (sweeping.look_round, direct_sweeping.look_round):
        try:
            look(app)
        except Exception:
            log.exception("calls.sweep_failed", sweep=look.__module__)
            db.session.rollback()
    return LONGEST_SLEEP


def _app() -> Flask:
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way


carrier_loop = Companion(NAME, turn)
sweep_loop = Companion(SWEEPS, sweep)


@job(queue="messages")
def wake_carrying() -> None:
    """Somebody wants something: have this worker look."""
    carrier_loop.wake_here(current_app)


bell = Bell(carrier_loop.wake_here, wake_carrying)


@on(WishesWaiting)
def wake(_fact: WishesWaiting) -> None:
    """Ask the carrier at once."""
    bell.ring(_app())

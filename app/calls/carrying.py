"""Carries out what people want of calls: one loop of each worker process, with no transaction open while the carrier is asked."""

from concurrent.futures import ThreadPoolExecutor
from typing import cast

from flask import Flask, current_app

from app.calls import direct_carrying
from app.calls.conference_asking import Asker
from app.calls.events import WishesWaiting
from app.calls.service import direct_sweeping
from app.calls.service.errands import next_due, take_up, write_down
from app.calls.service.sweeping import look_round
from app.core.clock import now
from app.core.database import release_connection
from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion

THREADS = 8


def turn() -> float:
    """Ask for what is due, look at what is silent, and say in how many seconds to come again."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    carry_out(app)
    direct_carrying.carry_out(app)
    look_round(app)
    direct_sweeping.look_round(app)
    due = next_due()
    return LONGEST_SLEEP if due is None else max(0.05, (due - now()).total_seconds())


def carry_out(app: Flask) -> int:
    """Ask the carrier for all that is due; returns how much that was."""
    errands = take_up()
    release_connection()
    if not errands:
        return 0
    asker = Asker.of(app)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="calls-carrying") as askers:
        outcomes = list(askers.map(asker.ask, errands))
    for errand, outcome in zip(errands, outcomes, strict=True):
        write_down(errand, outcome)
    return len(errands)


carrier_loop = Companion("calls-carrying", turn)


@job(queue="messages")
def wake_carrying() -> None:
    """Somebody wants something: have this worker look."""
    carrier_loop.wake_here(current_app)


bell = Bell(carrier_loop.wake_here, wake_carrying)


@on(WishesWaiting)
def wake(_fact: WishesWaiting) -> None:
    """Ask the carrier at once."""
    bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # as above

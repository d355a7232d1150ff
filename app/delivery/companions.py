"""The threads that each worker process runs for the outbox, and how they are woken from here and elsewhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from app.config import Settings
from app.core.jobs import Job
from app.delivery import callbacks, reconciler
from app.delivery.dispatcher import Dispatcher
from app.delivery.email.dispatcher import EmailDispatcher
from app.delivery.fax import lookups as fax_lookups
from app.delivery.fax.faxer import Faxer
from app.delivery.loops import LONGEST_SLEEP, Loop
from app.delivery.voice import lookups
from app.delivery.voice.caller import Caller

KEY = "delivery"
FEWEST_BETWEEN = 0.1
"""Seconds between two messages about callbacks to other processes: one stands for all that came meanwhile."""


@dataclass
class Companions:
    """Of one worker process."""

    dispatcher: Dispatcher
    emails: EmailDispatcher
    caller: Caller
    faxer: Faxer
    callbacks: Loop
    reconciler: Loop
    lookups: Loop
    fax_lookups: Loop


def begin(app: Flask) -> Callable[[], None]:
    """Start them; returns what ends them."""
    running = Companions(
        Dispatcher(app), EmailDispatcher(app), Caller(app), Faxer(app), Loop(app, "delivery-callbacks", apply_callbacks),
        Loop(app, "delivery-reconciler", lambda: reconcile(app)), Loop(app, "delivery-lookups", lambda: look_up_calls(app)),
        Loop(app, "delivery-fax-lookups", lambda: look_up_faxes(app)),
    )  # fmt: skip
    app.extensions[KEY] = running
    running.dispatcher.start()
    running.emails.start()
    running.caller.start()
    running.faxer.start()
    running.callbacks.start()
    running.reconciler.start()
    running.lookups.start()
    running.fax_lookups.start()

    def end() -> None:
        app.extensions.pop(KEY, None)
        running.dispatcher.stop()
        running.emails.stop()
        running.caller.stop()
        running.faxer.stop()
        running.lookups.stop()
        running.fax_lookups.stop()
        running.reconciler.stop()
        running.callbacks.stop()

    return end


def apply_callbacks() -> float:
    """One batch; at once again while there are full ones."""
    return 0.0 if callbacks.apply_batch() == callbacks.BATCH else LONGEST_SLEEP / 5


def reconcile(app: Flask) -> float:
    """One look at what is lost."""
    reconciler.reconcile(app)
    return reconciler.PAUSE


def look_up_calls(app: Flask) -> float:
    """One look at calls that are lost or silent."""
    lookups.look_up(app)
    return lookups.PAUSE


def look_up_faxes(app: Flask) -> float:
    """One look at faxes that are lost or silent."""
    fax_lookups.look_up(app)
    return fax_lookups.PAUSE


def wake_dispatcher_here(app: Flask) -> bool:
    """Wake this process's dispatchers; False if it has none."""
    running: Companions | None = app.extensions.get(KEY)
    if running is not None:
        running.dispatcher.wake()
        running.emails.wake()
        running.caller.wake()
        running.faxer.wake()
    return running is not None


def wake_callbacks_here(app: Flask) -> bool:
    """Wake this process's applier of callbacks; False if it has none."""
    running: Companions | None = app.extensions.get(KEY)
    if running is not None:
        running.callbacks.wake()
    return running is not None


class Bell:
    """Wakes a companion here or, where workers are other processes, by a job; not oftener than they can hear."""

    def __init__(self, here: Callable[[Flask], bool], elsewhere: Job, fewest_between: float = 0.0) -> None:
        """`elsewhere` is the job that does `here` in some worker."""
        self._here, self._elsewhere, self._fewest_between = here, elsewhere, fewest_between
        self._rung = 0.0

    def ring(self, app: Flask) -> None:
        """Call it after the commit. A lost ring costs seconds: companions look by themselves, too."""
        if self._here(app):
            return
        settings: Settings = app.extensions["settings"]
        if settings.redis_url and time.monotonic() - self._rung >= self._fewest_between:
            self._rung = time.monotonic()
            self._elsewhere.send()

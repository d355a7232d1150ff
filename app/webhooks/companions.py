"""The dispatcher that each worker process runs, and how it is woken from here and elsewhere."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell
from app.webhooks.dispatcher import Dispatcher
from app.webhooks.events import EventsWaiting

KEY = "webhooks"


def begin(app: Flask) -> Callable[[], None]:
    """Start this process's; returns what ends it."""
    dispatcher = app.extensions[KEY] = Dispatcher(app)
    dispatcher.start()

    def end() -> None:
        app.extensions.pop(KEY, None)
        dispatcher.stop()

    return end


def wake_here(app: Flask) -> bool:
    """Wake this process's; False if it has none."""
    running: Dispatcher | None = app.extensions.get(KEY)
    if running is not None:
        running.wake()
    return running is not None


@job(queue="messages")
def wake_webhooks() -> None:
    """An event waits: have this worker look."""
    wake_here(current_app)


bell = Bell(wake_here, wake_webhooks)


@on(EventsWaiting)
def wake(_fact: EventsWaiting) -> None:
    """Hand over at once."""
    bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way

"""Whom this room wakes when something enters the outbox, or the carrier brought news."""

from typing import cast

from flask import Flask, current_app

from app.carrier.events import CallbacksRecorded
from app.core.events import on
from app.delivery import jobs
from app.delivery.companions import FEWEST_BETWEEN, Bell, wake_callbacks_here, wake_dispatcher_here
from app.delivery.events import DeliveriesQueued

dispatcher_bell = Bell(wake_dispatcher_here, jobs.wake_dispatcher)
callbacks_bell = Bell(wake_callbacks_here, jobs.wake_callbacks, FEWEST_BETWEEN)


@on(DeliveriesQueued)
def wake_dispatcher(_fact: DeliveriesQueued) -> None:
    """Have it leave promptly, or the clock set to when it is due."""
    dispatcher_bell.ring(_this_app())


@on(CallbacksRecorded)
def wake_callbacks(_fact: CallbacksRecorded) -> None:
    """Have it applied promptly."""
    callbacks_bell.ring(_this_app())


def _this_app() -> Flask:
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way

"""What workers do for the outbox. The work itself is done by threads of each worker (`companions`); jobs only wake them."""

from flask import current_app

from app.core.jobs import job
from app.delivery import callbacks, companions


@job(queue="messages")
def wake_dispatcher() -> None:
    """Something is due: have this worker look."""
    companions.wake_dispatcher_here(current_app)


@job(queue="messages")
def wake_callbacks() -> None:
    """News of the carrier waits: have this worker apply it."""
    companions.wake_callbacks_here(current_app)


@job()
def forget_old_callbacks() -> None:
    """Drop what was applied long ago."""
    callbacks.forget_old()

"""Events out to other systems: an outbox of the same commit, signed, in order, at least once, and kept apart from slow receivers."""

from flask import Flask

from app.core.jobs import alongside
from app.webhooks import companions


def init_app(_app: Flask) -> None:
    """Have each worker process hand over."""
    alongside(companions.begin)

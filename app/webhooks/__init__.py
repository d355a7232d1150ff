"""Events out to other systems: an outbox of the same commit, signed, in order, at least once, and kept apart from slow receivers."""

from flask import Flask

from app.core.jobs import alongside
from app.webhooks import companions, consent_map, listening  # noqa: F401  (consent_map is registered by being imported)


def init_app(app: Flask) -> None:
    """Have each worker process hand over."""
    listening.init_app(app)
    alongside(companions.begin)

"""The outbox: claim, pace, hand over, follow up, reconcile."""

from flask import Flask

from app.core.jobs import alongside, every
from app.delivery import jobs, listeners, media_views  # noqa: F401  (listeners: registered by being imported)
from app.delivery.companions import begin

HOUR = 3600


def init_app(app: Flask) -> None:
    """Serve pictures to the carrier, and have each worker run the companions."""
    app.register_blueprint(media_views.bp)
    alongside(begin)
    every(6 * HOUR, jobs.forget_old_callbacks)

"""Fax: what clinics, courts and other districts send, read, turned, filed and forwarded; and documents sent without a machine."""

from flask import Flask

from app.core.jobs import every
from app.fax import forward_words, live_map  # noqa: F401  (registered by being imported)
from app.fax.forward_job import prepare_due
from app.fax.service import forward_progress  # noqa: F401  (its listener: registered by being imported)
from app.fax.views import pages, shared
from app.fax.views.blueprint import add_places

BETWEEN_LOOKS = 20.0
"""Seconds after which a fax that is to be sent on is taken up whose worker was not woken, or died."""


def init_app(app: Flask) -> None:
    """Put the page on the rail, and send on what is to be sent on."""
    every(BETWEEN_LOOKS, prepare_due)
    app.register_blueprint(pages)
    app.register_blueprint(shared)
    add_places(app)

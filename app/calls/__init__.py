"""Calls: a guardian, an interpreter and a colleague in one conference, begun and controlled from the browser."""

from flask import Flask

from app.calls import audit_words, live_map, queries  # noqa: F401  (registered by being imported)
from app.calls.carrying import carrier_loop
from app.calls.service import progress  # noqa: F401  (registers its listeners)
from app.calls.views import pages, scripts
from app.core.jobs import alongside
from app.extensions import csrf
from app.live import doors


def init_app(app: Flask) -> None:
    """Follow the carrier's news, carry out wishes, and let browsers hear the calls that their people see."""
    doors.admit("call", queries.call_visible_to)
    alongside(carrier_loop.begin)
    csrf.exempt(scripts)
    app.register_blueprint(scripts)
    app.register_blueprint(pages)

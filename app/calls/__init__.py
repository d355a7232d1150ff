"""Calls: a guardian, an interpreter and a colleague in one conference, begun and controlled from the browser."""

from flask import Flask

from app.calls import audit_words, live_map, queries, timeline_words, webhook_map  # noqa: F401  (registered by being imported)
from app.calls.carrying import carrier_loop, sweep_loop
from app.calls.fetching import fetch_due
from app.calls.forgetting import forget_due
from app.calls.service import direct_progress, messages_left, progress, recording_lines, recordings, transcripts  # noqa: F401  (registers their listeners)
from app.calls.views import incoming_scripts, outgoing_scripts, pages, recorded, scripts
from app.calls.views.listing import add_places
from app.calls.views.rules import add_settings
from app.core.jobs import alongside, every
from app.extensions import csrf
from app.live import doors

BETWEEN_LOOKS = 15.0
"""Seconds after which recordings are looked for whose news was lost."""
BETWEEN_DELETIONS = 300.0


def init_app(app: Flask) -> None:
    """Follow the carrier's news, carry out wishes, and let browsers hear the calls that their people see."""
    doors.admit("call", queries.call_visible_to)
    alongside(carrier_loop.begin)
    alongside(sweep_loop.begin)
    every(BETWEEN_LOOKS, fetch_due)
    every(BETWEEN_DELETIONS, forget_due)
    for asked_by_phones in (scripts, incoming_scripts, outgoing_scripts):
        csrf.exempt(asked_by_phones)
        app.register_blueprint(asked_by_phones)
    app.register_blueprint(pages)
    app.register_blueprint(recorded)
    add_places(app)
    add_settings(app)

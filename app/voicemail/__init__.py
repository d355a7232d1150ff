"""Voicemail: what callers left after the beep, heard, read, given to somebody and answered; and what they hear before it."""

from flask import Flask

from app.calls import greetings
from app.calls.queries_recordings import also_reaches
from app.voicemail import audit_words, live_map, webhook_map  # noqa: F401  (registered by being imported)
from app.voicemail.queries import is_audible_to
from app.voicemail.service import receiving  # noqa: F401  (registers its listeners)
from app.voicemail.service.greetings import heard_by
from app.voicemail.views import pages
from app.voicemail.views.blueprint import add_places


def init_app(app: Flask) -> None:
    """Put the page on the rail, let its people hear the recordings, and tell the menu what callers hear."""
    also_reaches(is_audible_to)
    greetings.register(heard_by)
    app.register_blueprint(pages)
    add_places(app)

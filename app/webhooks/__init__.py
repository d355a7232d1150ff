"""Events out to other systems: an outbox of the same commit, signed, in order, at least once, and kept apart from slow receivers."""

from flask import Flask

from app.accounts.api_page import Section, add_paper, add_section
from app.core.jobs import alongside, every
from app.webhooks import audit_words, closing, companions, consent_map, erasing, listening  # noqa: F401  (maps and words are registered by being imported)
from app.webhooks.jobs import forget_old_events
from app.webhooks.views import pages
from app.webhooks.views.section import secret_of_callbacks, told

BETWEEN_TIDYINGS = 6 * 3600.0


def init_app(app: Flask) -> None:
    """Have each worker process hand over."""
    listening.init_app(app)
    alongside(companions.begin)
    every(BETWEEN_TIDYINGS, forget_old_events)
    app.register_blueprint(pages)
    add_section(app, Section("settings/_webhooks.html", told))
    add_paper(app, secret_of_callbacks)

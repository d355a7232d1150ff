"""Fax: what clinics, courts and other districts send, read, turned, filed and forwarded; and documents sent without a machine."""

from flask import Flask

from app.accounts import unsent
from app.carrier.fax_choice import has_faxes
from app.core.jobs import alongside, every
from app.directory import timeline
from app.fax import (  # noqa: F401  (registered by being imported)
    audit_words,
    audit_words_sending,
    family_timeline,
    forward_words,
    live_map,
    queries_unsent,
    webhook_map,
)
from app.fax.arrivals import look_for_arrivals
from app.fax.forward_job import prepare_due
from app.fax.leaving_job import leave_due
from app.fax.paperwork import clear_desk, first_loop, second_loop
from app.fax.purge_job import purge_due
from app.fax.service import forward_progress, outcome_mails, progress, receiving  # noqa: F401  (their listeners: registered by being imported)
from app.fax.service import unsent as calling_off
from app.fax.views import pages, shared
from app.fax.views.blueprint import add_places
from app.fax.views.settings import add_settings
from app.fax.words import reader

BETWEEN_LOOKS = 20.0
"""Seconds after which a fax is taken up that is to be sent on, or to leave by itself, and whose worker was not woken, or died."""
BETWEEN_ASKINGS = 300.0
"""Seconds after which the carrier is asked for faxes whose news was lost."""
BETWEEN_TIDYINGS = 3600.0
BETWEEN_CLEARINGS = 900.0


def init_app(app: Flask) -> None:
    """Put the page on the rail, fetch and draw what comes, and send on what is to be sent on."""
    alongside(first_loop.begin)
    alongside(second_loop.begin)
    alongside(reader.begin)
    every(BETWEEN_ASKINGS, look_for_arrivals)
    every(BETWEEN_CLEARINGS, clear_desk)
    every(BETWEEN_LOOKS, prepare_due)
    every(BETWEEN_LOOKS, leave_due)
    every(BETWEEN_TIDYINGS, purge_due)
    unsent.register(unsent.Tray(unsent.Kind.FAX, queries_unsent.count, queries_unsent.first, calling_off.call_off))
    timeline.register(family_timeline.moments, family_timeline.how_many)
    app.register_blueprint(pages)
    app.register_blueprint(shared)
    add_places(app)
    add_settings(app)
    app.jinja_env.globals["has_fax_line"] = lambda: has_faxes(app)

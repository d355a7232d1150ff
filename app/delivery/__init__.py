"""The outbox: claim, pace, hand over, follow up, reconcile."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_settings_section
from app.accounts.permissions import Permission
from app.core.jobs import alongside, every
from app.delivery import audit_words, jobs, listeners, media_views, nights, views  # noqa: F401  (words and listeners: registered by being imported)
from app.delivery.companions import begin
from app.delivery.email import reports_view
from app.delivery.email import views as email_views
from app.delivery.email.cli import receive_bounce
from app.delivery.fax import progress as fax_progress  # noqa: F401  (its listener: registered by being imported)
from app.delivery.voice import progress  # noqa: F401  (likewise)
from app.delivery.voice import views as voice_views
from app.extensions import csrf

HOUR = 3600


def init_app(app: Flask) -> None:
    """Show what did not arrive, serve pictures to the carrier, and have each worker run the companions."""
    app.register_blueprint(views.bp)
    add_settings_section(app, Entry("undelivered", "delivery.undelivered", "message-x", _l("Undelivered"), Permission.TRIAGE, order=60))
    app.register_blueprint(media_views.bp)
    app.register_blueprint(email_views.pages)
    app.register_blueprint(reports_view.bp)
    app.cli.add_command(receive_bounce)
    csrf.exempt(voice_views.bp)
    app.register_blueprint(voice_views.bp)
    alongside(begin)
    every(6 * HOUR, jobs.forget_old_callbacks)

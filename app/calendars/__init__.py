"""Calendars elsewhere: Google and Outlook calendars that a member of the staff lets this house read, and may take back."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import navigation
from app.accounts.navigation import Entry
from app.accounts.permissions import Permission
from app.calendars import audit_words, jobs  # noqa: F401  (registered by being imported)
from app.calendars.providers import configured
from app.calendars.views import pages
from app.config import Settings
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Open the page to which providers send people back, and show the way to it where a provider is set up."""
    settings: Settings = app.extensions["settings"]
    every(3600, jobs.tidy)
    app.register_blueprint(pages)
    if configured(settings):
        own = Entry("calendars", "connected_calendars.show", "calendar-clock", _l("Connected calendars"), Permission.SIGNED_IN, order=30)
        navigation.add_settings_section(app, own)

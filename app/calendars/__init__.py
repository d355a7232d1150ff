"""Calendars: one's own, which programs subscribe to, and those of Google and Outlook that one lets this house read, and may take back."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import navigation
from app.accounts.navigation import Entry
from app.accounts.permissions import Permission
from app.calendars import audit_words, jobs  # noqa: F401  (registered by being imported)
from app.calendars.feed import calendars
from app.calendars.views import pages
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Open the page to which providers send people back, and the calendar that programs read."""
    every(3600, jobs.tidy)
    app.register_blueprint(pages)
    app.register_blueprint(calendars)
    own = Entry("calendars", "connected_calendars.show", "calendar-clock", _l("Calendars"), Permission.SIGNED_IN, order=30)
    navigation.add_settings_section(app, own)

"""Where the routes of announcements are put, and their place on the rail."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission
from app.announcements.approvals import waiting_for

pages = Blueprint("announcements", __name__)


def add_places(app: Flask) -> None:
    """Announcements come after messages; what waits for one's approval is counted there."""
    permission = Permission.READ_ANNOUNCEMENTS
    add_place(app, Entry("announce", "announcements.listing", "speakerphone", _l("Announce"), permission, order=20, count=waiting_for))

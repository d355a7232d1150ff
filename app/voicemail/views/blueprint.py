"""The blueprint of this room's pages, and its place on the rail."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission
from app.voicemail.queries import badge_of

pages = Blueprint("voicemail", __name__, url_prefix="/voicemail")


def add_places(app: Flask) -> None:
    """After the calls."""
    add_place(app, Entry("voicemail", "voicemail.inbox", "record-mail", _l("Voicemail"), Permission.READ_CALLS, order=40, count=badge_of))

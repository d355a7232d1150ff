"""The blueprint of this room's pages, and its place on the rail."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission
from app.accounts.rail_counts import carry
from app.voicemail.queries import PLACE, badge_of, carried_badge

pages = Blueprint("voicemail", __name__, url_prefix="/voicemail")


def add_places(app: Flask) -> None:
    """After the calls."""
    carry(app, carried_badge())
    add_place(app, Entry(PLACE, "voicemail.inbox", "record-mail", _l("Voicemail"), Permission.READ_CALLS, order=40, count=badge_of))

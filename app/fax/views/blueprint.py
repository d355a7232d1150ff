"""The blueprint of this room's pages, and its place on the rail."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission

pages = Blueprint("fax", __name__, url_prefix="/fax")
PLACE = "fax"
"""Of this room on the rail."""


def add_places(app: Flask) -> None:
    """After the voicemails."""
    add_place(app, Entry(PLACE, "fax.inbox", "printer", _l("Fax"), Permission.READ_FAXES, order=50))

"""The blueprint of this room's pages, and its place on the rail."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission
from app.accounts.rail_counts import carry
from app.fax.queries_rail import PLACE, badge_of, carried_badge

pages = Blueprint("fax", __name__, url_prefix="/fax")


def add_places(app: Flask) -> None:
    """After the voicemails."""
    carry(app, carried_badge())
    add_place(app, Entry(PLACE, "fax.inbox", "printer", _l("Fax"), Permission.READ_FAXES, order=50, count=badge_of))

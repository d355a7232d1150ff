"""The blueprint of this room's pages."""

from flask import Blueprint

pages = Blueprint("calls", __name__, url_prefix="/calls")

"""The blueprint of this room's pages for staff."""

from flask import Blueprint

pages = Blueprint("video", __name__, url_prefix="/video")

"""The blueprint of this room's pages."""

from flask import Blueprint

pages = Blueprint("webhooks", __name__, url_prefix="/settings/webhooks")
HOME = "/settings/api"

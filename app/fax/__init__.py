"""Fax: what clinics, courts and other districts send, read, turned, filed and forwarded; and documents sent without a machine."""

from flask import Flask

from app.fax import live_map  # noqa: F401  (registered by being imported)
from app.fax.views import pages
from app.fax.views.blueprint import add_places


def init_app(app: Flask) -> None:
    """Put the page on the rail."""
    app.register_blueprint(pages)
    add_places(app)

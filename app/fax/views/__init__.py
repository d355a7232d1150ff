"""The pages of this room."""

from app.fax.views import (  # noqa: F401  (their routes: registered by being imported)
    acting,
    bulk,
    composing,
    downloads,
    drawing_again,
    files,
    forwarding,
    listing,
    outgoing_acts,
    previewing,
    showing,
    statistics,
)
from app.fax.views.blueprint import pages
from app.fax.views.forwarded import shared

__all__ = ["pages", "shared"]

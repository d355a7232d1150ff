"""The pages of this room."""

from app.fax.views import acting, composing, files, forwarding, listing, showing  # noqa: F401  (their routes: registered by being imported)
from app.fax.views.blueprint import pages
from app.fax.views.forwarded import shared

__all__ = ["pages", "shared"]

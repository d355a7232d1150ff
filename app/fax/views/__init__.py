"""The pages of this room."""

from app.fax.views import listing  # noqa: F401  (its routes: registered by being imported)
from app.fax.views.blueprint import pages

__all__ = ["pages"]

"""The pages of this room."""

from app.fax.views import files, listing  # noqa: F401  (their routes: registered by being imported)
from app.fax.views.blueprint import pages

__all__ = ["pages"]

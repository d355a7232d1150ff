"""The pages of this room, below the keys of the page "API and webhooks"."""

from app.webhooks.views import acts, endpoints, events  # noqa: F401  (their routes: registered by being imported)
from app.webhooks.views.blueprint import pages

__all__ = ["pages"]

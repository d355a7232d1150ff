"""This room's pages."""

from app.accounts.views import api, audit, links, profile, security, signing_in, staff, staff_acts  # noqa: F401  (they add themselves)
from app.accounts.views.blueprint import bp

__all__ = ["bp"]

"""This room's pages."""

from app.accounts.views import (  # noqa: F401  (they add themselves)
    api,
    api_ends,
    api_systems,
    audit,
    links,
    profile,
    security,
    signing_in,
    staff,
    staff_acts,
)
from app.accounts.views.blueprint import bp

__all__ = ["bp"]

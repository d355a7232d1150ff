"""The pages of announcements. Views read a request and pick an answer; what happens is decided by the services."""

from importlib import import_module

from app.announcements.views.blueprint import pages

MODULES = (
    "listing", "composing", "attached", "testing", "own_phone", "lists", "people", "reviewing", "report", "exports", "letters", "rows",
    "of_class",
)  # fmt: skip

for name in MODULES:  # each puts its routes on the blueprint
    import_module(f"{__name__}.{name}")

__all__ = ["pages"]

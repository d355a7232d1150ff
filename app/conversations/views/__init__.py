"""The pages of threads. Views read a request and pick an answer; what happens is decided by the services."""

from importlib import import_module

from app.conversations.views.blueprint import pages

MODULES = (
    "acting", "details", "export", "family", "files", "inbox", "live_parts", "menus", "new_message", "notices",
    "saved_replies", "schedules", "thread", "unknown", "writing",
)  # fmt: skip

for name in MODULES:  # each puts its routes on the blueprint
    import_module(f"{__name__}.{name}")

__all__ = ["pages"]

"""The place of messages on the rail."""

from flask import Flask
from flask_babel import lazy_gettext as _

from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission
from app.conversations.views.list_shown import unread_badge


def add_places(app: Flask) -> None:
    """Messages come first."""
    entry = Entry("messages", "conversations.inbox", "messages", _("Messages"), Permission.READ_THREADS, order=10, count=unread_badge)
    add_place(app, entry)

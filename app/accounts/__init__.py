"""Staff sign-in, roles and permissions, invitations, and the audit trail."""

from flask import Flask

from app.accounts import permissions


def init_app(app: Flask) -> None:
    """Put the guard before every view."""
    app.before_request(permissions.guard)

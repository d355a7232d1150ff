"""Staff sign-in, roles and permissions, invitations, and the audit trail."""

from flask import Flask

from app.accounts import front_door, permissions


def init_app(app: Flask) -> None:
    """Say who is asking, and put the guard before every view."""
    front_door.init_app(app)
    app.before_request(permissions.guard)

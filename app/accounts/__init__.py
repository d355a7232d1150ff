"""Staff sign-in, roles and permissions, invitations, and the audit trail."""

from flask import Flask

from app.accounts import front_door, jobs, navigation, passwords, permissions
from app.config import Settings
from app.core import mail
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Say who is asking, put the guard before every view, and open this room's pages."""
    settings: Settings = app.extensions["settings"]
    passwords.init_app(app, fast=settings.fast_passwords)
    mail.init_app(app, smtp_url=settings.smtp_url, sender=settings.mail_from, folder=settings.data / "mail")
    front_door.init_app(app)
    app.before_request(permissions.guard)
    navigation.init_app(app)
    every(60, jobs.mail_due_links)
    every(3600, jobs.forget_old)

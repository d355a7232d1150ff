"""Staff sign-in, roles and permissions, invitations, and the audit trail."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import cli, cli_keys, front_door, jobs, navigation, passwords, permissions
from app.accounts.navigation import Entry
from app.accounts.permissions import Permission
from app.accounts.views import bp
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
    app.register_blueprint(bp)
    app.cli.add_command(cli.staff_commands)
    app.cli.add_command(cli_keys.create_api_key)
    every(60, jobs.mail_due_links)
    every(3600, jobs.forget_old)
    show_the_way(app)


def show_the_way(app: Flask) -> None:
    """Put this room's pages into the rail, the settings and the account menu."""
    own = Permission.SIGNED_IN
    profile = Entry("profile", "accounts.profile", "user-circle", _l("My profile"), own, order=10)
    security = Entry("security", "accounts.security", "shield-check", _l("Password and devices"), own, order=20)
    navigation.add_place(
        app,
        Entry("settings", "accounts.settings", "settings", _l("Settings"), own, order=900, at_end=True),
    )
    for entry in (
        profile,
        security,
        Entry("staff", "accounts.staff_list", "users", _l("Staff and roles"), Permission.MANAGE_STAFF, order=40),
        Entry("api", "accounts.api", "webhook", _l("API and webhooks"), Permission.MANAGE_API, order=80),
        Entry("audit", "accounts.audit_log", "history", _l("Audit log"), Permission.READ_AUDIT, order=90),
    ):
        navigation.add_settings_section(app, entry)
    for entry in (profile, security):
        navigation.add_account_link(app, entry)

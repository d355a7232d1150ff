"""Which role may do what, and the guard that asks before every view. A route that names no permission is refused."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

from app.accounts.current import asker
from app.accounts.models import Role
from app.extensions import login


class Permission(StrEnum):
    """What a route asks for. Which rows it shows is decided by the `…_visible_to` queries, not here."""

    SIGNED_IN = "signed_in"
    """Nothing but an active account: one's own profile and sessions."""
    READ_THREADS = "read_threads"
    WRITE_THREADS = "write_threads"
    READ_SCHOOL_THREADS = "read_school_threads"
    """All conversations of one's schools, not only one's own."""
    TRIAGE = "triage"
    """Unknown senders and the office line."""
    READ_PEOPLE = "read_people"
    READ_SCHOOL_PEOPLE = "read_school_people"
    """All families of one's schools, not only those of one's sections."""
    EDIT_PEOPLE = "edit_people"
    MANAGE_STAFF = "manage_staff"
    IMPORT_ROSTER = "import_roster"
    MANAGE_NUMBERS = "manage_numbers"
    MANAGE_API = "manage_api"
    """Keys of other systems, and where news goes to them."""
    READ_AUDIT = "read_audit"
    READ_CONSENT = "read_consent"
    READ_ANNOUNCEMENTS = "read_announcements"
    DRAFT_ANNOUNCEMENTS = "draft_announcements"
    SEND_ANNOUNCEMENTS = "send_announcements"
    """Without somebody else's approval."""
    APPROVE_ANNOUNCEMENTS = "approve_announcements"
    SEND_EMERGENCY = "send_emergency"
    """At any hour of the night."""
    READ_CALLS = "read_calls"
    MAKE_CALLS = "make_calls"
    """Begin calls with families, and control them."""
    READ_FAXES = "read_faxes"
    WORK_FAXES = "work_faxes"
    """Assign, file, forward and send faxes."""
    MANAGE_FAXES = "manage_faxes"
    """Where faxes go by themselves."""
    KEEP_FAXES = "keep_faxes"
    """How long faxes are kept, and which ones a legal hold keeps from being deleted."""


_VIEWER = {
    Permission.SIGNED_IN,
    Permission.READ_THREADS,
    Permission.READ_SCHOOL_THREADS,
    Permission.READ_PEOPLE,
    Permission.READ_SCHOOL_PEOPLE,
    Permission.READ_ANNOUNCEMENTS,
    Permission.READ_CALLS,
    Permission.READ_FAXES,
}
_TEACHER = {
    Permission.SIGNED_IN,
    Permission.READ_THREADS,
    Permission.WRITE_THREADS,
    Permission.READ_PEOPLE,
    Permission.READ_ANNOUNCEMENTS,
    Permission.DRAFT_ANNOUNCEMENTS,
    Permission.READ_CALLS,
    Permission.MAKE_CALLS,
    Permission.READ_FAXES,
}
_OFFICE = _TEACHER | _VIEWER | {Permission.TRIAGE, Permission.EDIT_PEOPLE, Permission.READ_CONSENT, Permission.WORK_FAXES}
_SCHOOL_ADMIN = _OFFICE | {
    Permission.MANAGE_STAFF,
    Permission.READ_AUDIT,
    Permission.SEND_ANNOUNCEMENTS,
    Permission.APPROVE_ANNOUNCEMENTS,
    Permission.SEND_EMERGENCY,
    Permission.MANAGE_FAXES,
}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: frozenset(_VIEWER),
    Role.TEACHER: frozenset(_TEACHER),
    Role.OFFICE: frozenset(_OFFICE),
    Role.SCHOOL_ADMIN: frozenset(_SCHOOL_ADMIN),
    Role.DISTRICT_ADMIN: frozenset(Permission),
}

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


def role_allows(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission; an unknown role holds none."""
    return permission in PERMISSIONS.get(role, frozenset())


def requires(permission: Permission) -> Callable[[View], View]:
    """Name what a route asks for. Put it nearest to the function."""

    def mark(view: View) -> View:
        view.__permission__ = permission  # type: ignore[attr-defined]  # functions take attributes; Callable cannot say so
        return view

    return mark


def public(view: View) -> View:
    """A route for people without an account: sign-in pages, signed links, the carrier's webhooks."""
    view.__permission__ = PUBLIC  # type: ignore[attr-defined]  # as above
    return view


def permission_of(app: Flask, endpoint: str) -> Permission | str | None:
    """What a route asks for; None where somebody forgot to say."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    view = app.view_functions[endpoint]
    return getattr(view, "__permission__", None)


def guard() -> Any:
    """Let the request through, or answer sign-in, 403 or, for a route without a permission, 403 as well."""
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such address: the 404 page answers
    needed = permission_of(current_app, endpoint)
    if needed == PUBLIC:
        return None
    who = asker()
    if not who.is_authenticated:
        return login.unauthorized()
    if needed is None or not role_allows(who.role, Permission(needed)):
        abort(HTTPStatus.FORBIDDEN)
    return None

"""What of a key's scopes counts, and what a key gets for which nobody chose."""

from collections.abc import Iterable

from app.accounts.models import BearerType
from app.accounts.permissions import Permission, role_allows
from app.accounts.scopes import ALL, Scope

NEEDS: dict[Scope, Permission] = {
    Scope.READ_PEOPLE: Permission.READ_PEOPLE,
    Scope.WRITE_PEOPLE: Permission.EDIT_PEOPLE,
    Scope.READ_TEXTS: Permission.READ_THREADS,
    Scope.SEND_TEXTS: Permission.WRITE_THREADS,
    Scope.ANNOUNCE: Permission.DRAFT_ANNOUNCEMENTS,
    Scope.CALL: Permission.MAKE_CALLS,
    Scope.READ_VOICEMAIL: Permission.READ_CALLS,
    Scope.READ_FAXES: Permission.READ_FAXES,
    Scope.SEND_FAXES: Permission.WORK_FAXES,
    Scope.VIDEO: Permission.MAKE_CALLS,
    Scope.WEBHOOKS: Permission.MANAGE_API,
    Scope.MANAGE: Permission.MANAGE_API,
}
"""What a role has to allow, or the scope is worth nothing. An endpoint hears the whole district, so it takes who manages all of it."""


def default_scopes(bearer_type: str, role: str) -> frozenset[Scope]:
    """What a key may do for which nobody chose: everything for an Admin, all but managing for others, within the role."""
    chosen = ALL if bearer_type == BearerType.ADMIN else ALL - {Scope.MANAGE}
    return within_role(chosen, role)


def within_role(scopes: Iterable[Scope], role: str) -> frozenset[Scope]:
    """Those of `scopes` that the role allows."""
    return frozenset(scope for scope in scopes if role_allows(role, NEEDS[scope]))

"""What each role can do, in words for the staff page; read from the permissions themselves, so that it cannot lie."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.authority import ROLES_IN_ORDER
from app.accounts.models import Role
from app.accounts.permissions import Permission, role_allows

PLAIN_ROWS = (
    (Permission.WRITE_THREADS, _l("Text families")),
    (Permission.MAKE_CALLS, _l("Call families")),
    (Permission.TRIAGE, _l("Sort unknown senders, answer the office line")),
    (Permission.EDIT_PEOPLE, _l("Change families’ details")),
    (Permission.READ_CONSENT, _l("Read the consent ledger")),
    (Permission.DRAFT_ANNOUNCEMENTS, _l("Write announcements")),
    (Permission.SEND_ANNOUNCEMENTS, _l("Send announcements, and approve those of others")),
    (Permission.WORK_FAXES, _l("Send, file and forward faxes")),
    (Permission.MANAGE_FAXES, _l("Say where faxes go by themselves")),
    (Permission.KEEP_FAXES, _l("Say how long faxes are kept, and hold some")),
    (Permission.MANAGE_STAFF, _l("Invite staff and change roles")),
    (Permission.READ_AUDIT, _l("Read the audit log")),
    (Permission.IMPORT_ROSTER, _l("Import the roster")),
    (Permission.MANAGE_API, _l("Let other systems in by API keys")),
    (Permission.MANAGE_NUMBERS, _l("Change numbers and hours")),
)


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Roles across, abilities down; a cell is True, False or a word."""

    roles: tuple[Role, ...]
    rows: list[tuple[str | LazyString, list[bool | str]]]


def role_table() -> RoleTable:
    """The table in the reader's language."""
    rows: list[tuple[str | LazyString, list[bool | str]]] = [
        (_("See families and their threads"), [_reach(role) for role in ROLES_IN_ORDER]),
    ]
    rows += [(words, [role_allows(role, permission) for role in ROLES_IN_ORDER]) for permission, words in PLAIN_ROWS]
    return RoleTable(ROLES_IN_ORDER, rows)


def _reach(role: Role) -> bool | str:
    if not role_allows(role, Permission.READ_THREADS):
        return False
    if role == Role.DISTRICT_ADMIN:
        return str(_("All schools"))
    sees_school = role_allows(role, Permission.READ_SCHOOL_THREADS)
    return str(_("Own schools") if sees_school else _("Own students"))

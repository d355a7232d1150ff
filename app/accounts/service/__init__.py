"""What can be done in this room. Each function is one transaction, with its audit line in the same commit."""

from app.accounts.service.audit import audit, note_audit_export
from app.accounts.service.links import issue_link, mail_link, withdraw_links
from app.accounts.service.operator import add_person, renew_link
from app.accounts.service.passwords import (
    accept_invitation,
    change_password,
    request_reset,
    reset_password,
    unlock_by_link,
)
from app.accounts.service.profile import Profile, change_profile
from app.accounts.service.roster import Outcome, RosterStaff, let_go_from_roster, take_in_roster, who_left_roster
from app.accounts.service.signing_in import end_own_sessions, sign_in, sign_out
from app.accounts.service.staff import (
    change_staff,
    close_account,
    create_staff,
    deactivate,
    end_sessions_of,
    invite,
    invite_everybody,
    mail_reset_link,
    reactivate,
    resend_invitation,
    unlock,
)

__all__ = [
    "Outcome",
    "Profile",
    "RosterStaff",
    "accept_invitation",
    "add_person",
    "audit",
    "change_password",
    "change_profile",
    "change_staff",
    "close_account",
    "create_staff",
    "deactivate",
    "end_own_sessions",
    "end_sessions_of",
    "invite",
    "invite_everybody",
    "issue_link",
    "let_go_from_roster",
    "mail_link",
    "mail_reset_link",
    "note_audit_export",
    "reactivate",
    "renew_link",
    "request_reset",
    "resend_invitation",
    "reset_password",
    "sign_in",
    "sign_out",
    "take_in_roster",
    "unlock",
    "unlock_by_link",
    "who_left_roster",
    "withdraw_links",
]

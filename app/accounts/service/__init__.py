"""What can be done in this room. Each function is one transaction, with its audit line in the same commit."""

from app.accounts.service.api_keys import NewKey, create_key, create_own_key, replace_key, revoke_own_key
from app.accounts.service.audit import audit, note_audit_export
from app.accounts.service.bearers import (
    Callback,
    change_system,
    create_bearer,
    delete_bearer,
    serve_through,
    set_test_mode,
    update_bearer,
    update_own_bearer,
)
from app.accounts.service.calling_off import call_off, remove_system, revoke_key
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
from app.accounts.service.systems import NewSystem, let_in_by_operator, let_in_with_key, open_sandbox

__all__ = [
    "Callback",
    "NewKey",
    "NewSystem",
    "Outcome",
    "Profile",
    "RosterStaff",
    "accept_invitation",
    "add_person",
    "audit",
    "call_off",
    "change_password",
    "change_profile",
    "change_staff",
    "change_system",
    "close_account",
    "create_bearer",
    "create_key",
    "create_own_key",
    "create_staff",
    "deactivate",
    "delete_bearer",
    "end_own_sessions",
    "end_sessions_of",
    "invite",
    "invite_everybody",
    "issue_link",
    "let_go_from_roster",
    "let_in_by_operator",
    "let_in_with_key",
    "mail_link",
    "mail_reset_link",
    "note_audit_export",
    "open_sandbox",
    "reactivate",
    "remove_system",
    "renew_link",
    "replace_key",
    "request_reset",
    "resend_invitation",
    "reset_password",
    "revoke_key",
    "revoke_own_key",
    "serve_through",
    "set_test_mode",
    "sign_in",
    "sign_out",
    "take_in_roster",
    "unlock",
    "unlock_by_link",
    "update_bearer",
    "update_own_bearer",
    "who_left_roster",
    "withdraw_links",
]

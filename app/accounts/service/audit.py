"""The audit trail: one line per act, in the commit of the act."""

import re
from typing import Any, Protocol

from flask import g, has_request_context, request
from flask_login import current_user

from app.accounts.behind import THROUGH, system_behind
from app.accounts.models import AuditEvent, Staff
from app.core import rows
from app.core.database import in_transaction, transaction
from app.core.search_text import fold

WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Subject(Protocol):
    """Anything with a number of its own."""

    id: Any


def audit(
    action: str,
    subject: Subject | None = None,
    details: dict[str, Any] | None = None,
    *,
    by: Staff | None = None,
    district_id: int | None = None,
) -> None:
    """Write down that `by` (whoever is signed in, or acts by a key, if not given) did `action` to `subject`. Only inside a transaction.

    `action` is subject.verb such as "staff.invited"; `details` holds names, numbers and states that its sentence needs, never
    what somebody wrote nor a secret. `district_id` is needed where neither the subject nor the actor has one.
    """
    if not in_transaction():
        message = "an audit line belongs to the commit of what it tells"
        raise RuntimeError(message)
    actor: Staff | None = by
    if actor is None and has_request_context():
        actor = _asker()
    tenant = district_id or getattr(subject, "district_id", None) or (actor.district_id if actor is not None else None)
    if tenant is None:
        message = f"{action}: in which district?"
        raise ValueError(message)
    details = details or {}
    if actor is not None and actor.is_person and (system := system_behind()):
        details = {**details, THROUGH: system}
    words = [actor.name if actor is not None else "", *(str(value) for value in details.values())]
    rows.add_each(
        AuditEvent,
        [
            {
                "district_id": tenant,
                "staff_id": actor.id if actor is not None else None,
                "action": action,
                "subject_type": WORD_START.sub("_", type(subject).__name__).lower() if subject is not None else None,
                "subject_id": subject.id if subject is not None else None,
                "details": details,
                "address": request.remote_addr if has_request_context() else None,
                "search_text": fold(" ".join(words))[:500],
            }
        ],
    )


def _asker() -> Staff | None:
    """Who asks: by a key, in whose name the face said, or with a session."""
    caller = g.get("api_caller")
    if caller is not None:
        known: Staff = caller.staff
        return known
    return current_user if current_user.is_authenticated else None


def note_audit_export(staff: Staff, *, kind: str, search: str) -> None:
    """Taking the trail out of the house is itself a line of it."""
    with transaction():
        audit("audit.exported", None, {"kind": kind, "search": search}, by=staff)

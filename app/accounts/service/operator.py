"""What the operator of an installation does at the terminal. Nobody is signed in there, so the trail names no person."""

from collections.abc import Iterable

from app.accounts.models import OneTimeToken, Role, Staff, TokenPurpose
from app.accounts.service.audit import audit
from app.accounts.service.links import issue_link
from app.accounts.service.staff import create_staff
from app.core.database import transaction

ACTS = {TokenPurpose.INVITATION: "staff.invited_again", TokenPurpose.RESET: "staff.reset_requested"}


def add_person(
    district_id: int, email: str, *, name: str, role: Role, school_ids: Iterable[int], by_mail: bool
) -> tuple[Staff, OneTimeToken]:
    """Add somebody with an invitation, to be mailed or to be handed over. Raises EmailTaken."""
    with transaction():
        staff = create_staff(district_id, email, name=name, role=role, school_ids=school_ids)
        return staff, issue_link(staff, TokenPurpose.INVITATION, by_mail=by_mail)


def renew_link(staff: Staff, purpose: TokenPurpose, *, by_mail: bool) -> OneTimeToken:
    """A new link of this kind; the old ones work no more."""
    with transaction():
        audit(ACTS[purpose], staff, {"name": staff.name})
        return issue_link(staff, purpose, by_mail=by_mail)

"""Colleagues: inviting them, what they may do, and letting them go."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import exists, select

from app.accounts import authority, queries, sessions, throttle
from app.accounts.errors import EmailTaken, LastAdmin, NeedsSchool, NotYoursToManage
from app.accounts.events import StaffScopeChanged, StaffStatusChanged
from app.accounts.models import OneTimeToken, Role, Staff, StaffSchool, StaffStatus, TokenPurpose, are_people
from app.accounts.service.audit import audit
from app.accounts.service.links import issue_link, withdraw_links
from app.accounts.service.signing_in import normal_email
from app.core.database import db, open_events, transaction


def create_staff(
    district_id: int, email: str, *, name: str, role: Role, school_ids: Iterable[int] = (), job_title: str | None = None
) -> Staff:
    """Add a person without an invitation yet. Raises EmailTaken, whichever district has the email."""
    with transaction():
        email = normal_email(email)
        if db.session.scalar(select(Staff.id).where(Staff.email == email)) is not None:
            raise EmailTaken
        staff = Staff(district_id=district_id, email=email, name=name.strip(), role=role, job_title=job_title or None)
        staff.school_links = [StaffSchool(school_id=number) for number in sorted(set(school_ids))]
        db.session.add(staff)
        db.session.flush()
        audit("staff.invited", staff, {"name": staff.name, "role": role})
    return staff


def invite(actor: Staff, email: str, *, name: str, role: Role, school_ids: Iterable[int], job_title: str | None = None) -> Staff:
    """Add a person and mail the invitation. Raises EmailTaken or NotYoursToManage."""
    with transaction():
        chosen = _granted(actor, name, role, school_ids)
        staff = create_staff(actor.district_id, email, name=name, role=role, school_ids=chosen, job_title=job_title)
        issue_link(staff, TokenPurpose.INVITATION)
    return staff


def resend_invitation(actor: Staff, staff_id: int) -> OneTimeToken:
    """Mail a new invitation; the old link works no more."""
    with transaction():
        staff = _managed(actor, staff_id)
        if staff.status != StaffStatus.INVITED:
            raise NotYoursToManage(_("%(name)s has joined already.", name=staff.name))
        audit("staff.invited_again", staff, {"name": staff.name})
        return issue_link(staff, TokenPurpose.INVITATION)


def invite_everybody(actor: Staff) -> int:
    """Mail an invitation to everybody of the actor's scope who never got one, such as after a roster import."""
    with transaction():
        has_link = exists(select(OneTimeToken.id).where(OneTimeToken.staff_id == Staff.id, OneTimeToken.purpose == TokenPurpose.INVITATION))
        waiting = db.session.scalars(
            select(Staff)
            .where(
                Staff.district_id == actor.district_id,
                are_people(),
                Staff.status == StaffStatus.INVITED,
                authority.in_scope_of(actor),
                ~has_link,
            )
            .order_by(Staff.id)
        ).all()
        mine = [staff for staff in waiting if authority.may_manage(actor, staff)]
        for staff in mine:
            issue_link(staff, TokenPurpose.INVITATION)
            audit("staff.invited_again", staff, {"name": staff.name})
    return len(mine)


def change_staff(
    actor: Staff,
    staff_id: int,
    *,
    role: Role,
    school_ids: Iterable[int] | None = None,
    name: str | None = None,
    job_title: str | None = None,
) -> Staff:
    """Give another role, other schools (None keeps them), another name. Raises NotYoursToManage, NeedsSchool or LastAdmin."""
    with transaction() as events:
        staff = _managed(actor, staff_id)
        chosen = _granted(actor, staff.name, role, staff.school_ids if school_ids is None else school_ids, keeps=staff.role)
        if staff.role == Role.DISTRICT_ADMIN and role != Role.DISTRICT_ADMIN:
            _keep_an_admin(staff)
        before = {"role": staff.role, "schools": sorted(staff.school_ids)}
        staff.role = role
        if sorted(chosen) != before["schools"]:
            kept = {link.school_id: link for link in staff.school_links}
            staff.school_links = [kept.get(number) or StaffSchool(school_id=number) for number in sorted(chosen)]
        if name is not None:
            staff.name, staff.job_title = name.strip(), job_title or None
        after = {"role": str(role), "schools": sorted(chosen)}
        if after != before:
            events.append(StaffScopeChanged(staff.id))
        audit("staff.changed", staff, {"name": staff.name, "before": before, "after": after, "role": str(role)})
    return staff


def deactivate(actor: Staff, staff_id: int) -> Staff:
    """Let a person in no more: sessions end, links stop working, the history stays. Raises NotYoursToManage or LastAdmin."""
    with transaction():
        staff = _managed(actor, staff_id)
        if staff.role == Role.DISTRICT_ADMIN and staff.is_active:
            _keep_an_admin(staff)
        audit("staff.deactivated", staff, {"name": staff.name, "sessions_ended": close_account(staff)})
    return staff


def close_account(staff: Staff) -> int:
    """Let nobody in as this person any more; returns how many browsers that signs out. Inside the transaction of whoever decided it."""
    staff.status = StaffStatus.DEACTIVATED
    if staff.is_person:
        open_events().append(StaffStatusChanged(staff.district_id, staff.id, staff.status, "deactivated"))
    withdraw_links(staff)
    return sessions.end_sessions(staff)


def reactivate(actor: Staff, staff_id: int) -> Staff:
    """Let a person in again, with the old password; somebody who never had one is invited again."""
    with transaction():
        staff = _managed(actor, staff_id)
        if staff.status == StaffStatus.DEACTIVATED:
            staff.status = StaffStatus.ACTIVE if staff.password_hash else StaffStatus.INVITED
            if staff.status == StaffStatus.INVITED:
                issue_link(staff, TokenPurpose.INVITATION)
            open_events().append(StaffStatusChanged(staff.district_id, staff.id, staff.status, "reactivated"))
            audit("staff.reactivated", staff, {"name": staff.name})
    return staff


def unlock(actor: Staff, staff_id: int) -> Staff:
    """Let a person try to sign in again at once."""
    with transaction():
        staff = _managed(actor, staff_id)
        throttle.forgive(staff.email)
        withdraw_links(staff, TokenPurpose.UNLOCK)
        audit("staff.unlocked", staff, {"name": staff.name})
    return staff


def mail_reset_link(actor: Staff, staff_id: int) -> OneTimeToken:
    """Mail a person a link for a new password. Raises NotYoursToManage for somebody who has none yet."""
    with transaction():
        staff = _managed(actor, staff_id)
        if not staff.is_active:
            raise NotYoursToManage(_("%(name)s has no password to reset.", name=staff.name))
        audit("staff.reset_requested", staff, {"name": staff.name})
        return issue_link(staff, TokenPurpose.RESET)


def end_sessions_of(actor: Staff, staff_id: int) -> int:
    """Sign a person out everywhere, such as after a lost phone. Returns in how many browsers."""
    with transaction():
        staff = _managed(actor, staff_id)
        ended = sessions.end_sessions(staff)
        audit("staff.sessions_ended", staff, {"name": staff.name, "sessions_ended": ended})
    return ended


def _managed(actor: Staff, staff_id: int) -> Staff:
    staff = queries.staff_visible_to(actor, staff_id)
    if not authority.may_manage(actor, staff):
        raise NotYoursToManage(_("Only a district admin can change this account."))
    return staff


def _granted(actor: Staff, name: str, role: Role, school_ids: Iterable[int], *, keeps: str | None = None) -> set[int]:
    """Refuse to give what the actor lacks. Returns the schools."""
    chosen = set(school_ids)
    if role != keeps and role not in authority.grantable_roles(actor):
        raise NotYoursToManage(_("You cannot give a role that goes further than your own."))
    if not chosen <= set(authority.grantable_schools(actor)):
        raise NotYoursToManage(_("You can only give schools of your own."))
    if role != Role.DISTRICT_ADMIN and not chosen:
        raise NeedsSchool(name)
    return chosen


def _keep_an_admin(leaving: Staff) -> None:
    """Refuse to take the last district admin. The rows are locked, so that two admins cannot remove each other."""
    admins = db.session.scalars(
        select(Staff.id)
        .where(
            Staff.district_id == leaving.district_id, are_people(), Staff.role == Role.DISTRICT_ADMIN, Staff.status == StaffStatus.ACTIVE
        )
        .order_by(Staff.id)
        .with_for_update()
    ).all()
    if set(admins) <= {leaving.id}:
        raise LastAdmin

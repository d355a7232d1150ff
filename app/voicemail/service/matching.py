"""Whose phone it was: what nobody could be named for becomes a guardian's."""

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.calls.models import Call
from app.calls.service import callers
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import ContactKind, ContactPoint, Guardian
from app.directory.phone_network import NetworkAway, network
from app.directory.queries.reach import guardian_is_visible_to
from app.directory.service import newcomers
from app.voicemail.errors import AlreadyKnown, NoNumber
from app.voicemail.models import Voicemail
from app.voicemail.queries import is_visible_to, voicemail_visible_to
from app.voicemail.service.receiving import belongs_to, touch


def name_caller(staff: Staff, voicemail_id: int, guardian_id: int) -> Voicemail:
    """The caller is this guardian: so are all of that phone's that this person sees. The phone is added to the guardian's if it is new.

    Raises NotVisible, AlreadyKnown, NoNumber.
    """
    kind = _kind_of(voicemail_visible_to(staff, voicemail_id).caller)  # the carrier is asked before anything is held
    with transaction():
        if not role_allows(staff.role, Permission.TRIAGE):
            raise NotVisible
        caller = voicemail_visible_to(staff, voicemail_id).caller
        rows = _nameless(staff, caller) if caller else []
        row = next((one for one in rows if one.id == voicemail_id), None)
        if row is None:
            raise AlreadyKnown if caller else NoNumber
        guardian = db.session.scalar(select(Guardian).where(Guardian.id == guardian_id, guardian_is_visible_to(staff)))
        if guardian is None:
            raise NotVisible
        point = _point(staff, guardian, caller, kind)
        for one in rows:
            call = db.session.get(Call, one.call_id) if one.call_id else None
            if call is not None:
                callers.name_caller(call, guardian, point)
            belongs_to(one, guardian, point, call)
            touch(one)
        audit("voicemail.matched", row, {"caller": caller, "name": guardian.full_name}, by=staff)
    return row


def _nameless(staff: Staff, caller: str) -> list[Voicemail]:
    """Held, and before them their calls: the carrier's news comes to both in this order."""
    theirs = (Voicemail.caller == caller, Voicemail.guardian_id.is_(None), is_visible_to(staff))
    callers.hold_calls(db.session.scalars(select(Voicemail.call_id).where(*theirs, Voicemail.call_id.is_not(None))).all())
    wanted = select(Voicemail).where(*theirs)
    return list(db.session.scalars(wanted.order_by(Voicemail.id).with_for_update().execution_options(populate_existing=True)))


def _kind_of(address: str) -> str:
    """What phone it is, as the carrier says; where it does not, one that is called and not texted, until a text comes from it."""
    try:
        known = network().line(address) if address else None
    except NetworkAway:
        known = None
    return known.kind if known is not None and known.kind else ContactKind.LANDLINE


def _point(staff: Staff, guardian: Guardian, address: str, kind: str) -> ContactPoint:
    known = next((one for one in guardian.contact_points if one.address == address), None)
    if known is None:
        return newcomers.add_phone(staff, guardian, address, kind=kind, is_confirmed=False)
    if not known.is_active:
        newcomers.calls_came_from(staff, known)
    return known

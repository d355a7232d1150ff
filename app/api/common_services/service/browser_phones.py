"""Phones in browsers of programs: who they are to the carrier, and the tokens by which they register."""

import hashlib
import re
from contextlib import suppress
from uuid import UUID

from flask import current_app
from sqlalchemy import exists, func, or_, select, true

from app.accounts.callers import Caller
from app.accounts.models import BearerType, Role, Staff, StaffKind, StaffSchool, StaffStatus
from app.api.common_services.errors import NotSetUp
from app.api.common_services.models import ClientConversation
from app.api.common_services.ours import check_customer, service_id
from app.api.common_services.service.conversations import Named, found_or_opened
from app.carrier.softphones import SoftphonePass
from app.carrier.voice_choice import softphones_of
from app.core.database import db, transaction
from app.core.ids import row_number_or_none
from app.webhooks.addresses import check_form

NO_IDENTITY = re.compile(r"[^A-Za-z0-9_]")
LONGEST_IDENTITY = 100


def for_conversation(
    caller: Caller, moderator_id: str, named: Named, *, conversation_id: str | None = None, sid: str | None = None,
    customer: str | None = None, client_call_id: str | None = None, callback_url: str | None = None,
) -> SoftphonePass:  # fmt: skip
    """A pass, and the conversation that its next call is about. Raises NotSetUp, NoSuchConversation, NoSuchService, UnsafeAddress."""
    check_customer(caller, customer)
    with transaction():
        service_id(caller, sid)
        if named == Named() and conversation_id is not None:
            named = _by_either(caller, conversation_id)
        talk = found_or_opened(caller, named, callback_url=callback_url, sid=sid)
        if client_call_id is not None:
            talk.client_call_id = client_call_id
    return for_nobody(caller, moderator_id)


def for_nobody(caller: Caller, moderator_id: str, callback_url: str | None = None) -> SoftphonePass:
    """A pass that is tied to no conversation. Raises NotSetUp, UnsafeAddress."""
    if callback_url is not None:
        check_form(callback_url)
    issued = softphones_of(current_app).issue(identity_of(caller, moderator_id))
    if issued is None:
        raise NotSetUp
    return issued


def identity_of(caller: Caller, moderator_id: str) -> str:
    """A colleague's own, whose calls then ring there, where the caller may speak for them; for anybody else one of the program's."""
    staff = _moderator(caller, moderator_id)
    if staff is not None:
        return staff.uuid.hex
    clean = NO_IDENTITY.sub("_", moderator_id)
    if clean != moderator_id or len(clean) > LONGEST_IDENTITY // 2:
        clean = f"{clean[:32]}_{hashlib.sha256(moderator_id.encode()).hexdigest()[:16]}"
    return f"b{caller.bearer.id}_{clean}"


def _moderator(caller: Caller, name: str) -> Staff | None:
    """By uuid, email or the id of the roster."""
    by_name = [Staff.email == func.lower(name), Staff.source_id == name]
    with suppress(ValueError):
        by_name.append(Staff.uuid == UUID(name))
    me = caller.staff
    shares_school = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(me.school_ids))
    is_near = true() if me.role == Role.DISTRICT_ADMIN else or_(shares_school, Staff.id == me.id)
    if caller.bearer.type == BearerType.USER:
        is_near = Staff.id == me.id
    known = (Staff.district_id == caller.district_id, Staff.status == StaffStatus.ACTIVE, Staff.kind == StaffKind.PERSON, is_near)
    return db.session.scalar(select(Staff).where(or_(*by_name), *known).limit(1))


def _by_either(caller: Caller, conversation_id: str) -> Named:
    """Our number of a conversation, or the client's id."""
    number = row_number_or_none(conversation_id)
    mine = (ClientConversation.id == number, ClientConversation.bearer_id == caller.bearer.id)
    found = db.session.scalar(select(ClientConversation).where(*mine)) if number is not None else None
    return Named(global_id=found.global_id) if found is not None else Named(client_id=conversation_id)

"""The same call once more: with the same people, words and choices."""

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.errors import NoOwnPhone
from app.calls.models import Call, CallKind, ConferenceParticipant, DirectCall, PartRole, Way
from app.calls.queries import call_visible_to, colleagues_with_phone
from app.calls.queries_own_phone import own_phone_of
from app.calls.service import steps
from app.calls.service.direct import DirectPlan, start_direct
from app.calls.service.starting import Invitee, Plan, start_conference
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint


def call_again(staff: Staff, call_id: int) -> Call:
    """Begin it once more; to ask twice while the new one goes on gives that one.

    Raises as `start_conference` and `start_direct`, and NoOwnPhone where a colleague asks whose phone nobody knows.
    """
    call = call_visible_to(staff, call_id)
    before = f"again.{call.id}."
    earlier = db.session.scalars(
        select(Call).where(Call.request_key > before, Call.request_key < f"again.{call.id}/", Call.staff_id == staff.id).order_by(Call.id)
    ).all()
    if earlier and not earlier[-1].is_over:
        return earlier[-1]
    request_key = f"{before}{staff.id}.{len(earlier)}"
    if call.kind == CallKind.CONFERENCE:
        return start_conference(staff, _plan(staff, call, request_key))
    return start_direct(staff, _direct(call, request_key))


def _plan(staff: Staff, call: Call, request_key: str) -> Plan:
    settings, legs = steps.settings_of(call), steps.legs_of(call)
    own = [leg for leg in legs if leg.role == PartRole.MODERATOR and leg.staff_id == staff.id]
    phone = own[0].address if own else own_phone_of(staff)
    if not phone:
        raise NoOwnPhone
    unknown = [leg for leg in legs if leg.contact_point_id is None and leg.staff_id is None]
    guests = [leg for leg in legs if leg.role != PartRole.MODERATOR]
    colleagues = sorted({leg.staff_id for leg in legs if leg.staff_id is not None and leg.staff_id != staff.id})
    return Plan(
        request_key=request_key, moderator_phone=phone, conversation_id=call.conversation_id, guardian_id=call.guardian_id,
        point_ids=_still_there(guests),
        others=[Invitee(leg.name, leg.address, PartRole(leg.role)) for leg in unknown],
        colleague_ids=[one.id for one in colleagues_with_phone(staff, only=colleagues)] if colleagues else [],
        welcome_message=settings.welcome_message, maximum_minutes=settings.maximum_minutes,
        ends_with_moderator=settings.ends_with_moderator, is_briefing=settings.is_briefing,
        is_emergency=settings.is_emergency and role_allows(staff.role, Permission.SEND_EMERGENCY),
    )  # fmt: skip


def _still_there(legs: list[ConferenceParticipant]) -> list[int]:
    wanted = [leg.contact_point_id for leg in legs if leg.contact_point_id is not None]
    known = select(ContactPoint.id).where(ContactPoint.id.in_(wanted), ContactPoint.is_active.is_(True))
    return list(db.session.scalars(known.order_by(ContactPoint.id))) if wanted else []


def _direct(call: Call, request_key: str) -> DirectPlan:
    """One that came in is called back from the browser."""
    line = db.session.get_one(DirectCall, call.id)
    if line.contact_point_id is None:
        raise NotVisible
    return DirectPlan(
        request_key=request_key, point_id=line.contact_point_id, conversation_id=call.conversation_id,
        way=Way.PHONE if not line.is_inbound and line.way == Way.PHONE else Way.BROWSER, own_phone=line.own_phone or "",
    )  # fmt: skip

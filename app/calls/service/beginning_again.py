"""The same call once more: with the same people, words and choices."""

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.errors import GoneMeanwhile, NoOwnPhone
from app.calls.models import Call, CallKind, CallLine, ConferenceCall, DirectCall, PartRole, Step, Way
from app.calls.queries import call_visible_to, colleagues_with_phone
from app.calls.queries_own_phone import own_phone_of
from app.calls.service import steps
from app.calls.service.belonging import refuse_outsiders
from app.calls.service.direct import DirectPlan, start_direct
from app.calls.service.starting import Invitee, Plan, start_conference
from app.conversations.queries_reach import contact_points_within_reach
from app.core.database import db
from app.core.errors import NotVisible
from app.core.phone_numbers import for_people


def call_again(staff: Staff, call_id: int) -> Call:
    """Begin it once more; to ask twice while the new one goes on gives that one.

    Raises as `start_conference` and `start_direct`, GoneMeanwhile where somebody can be called no more, and NoOwnPhone where a
    colleague asks whose phone nobody knows.
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
    return start_direct(staff, _direct(staff, call, request_key))


def _plan(staff: Staff, call: Call, request_key: str) -> Plan:
    settings, legs = steps.settings_of(call), steps.legs_of(call)
    own = [leg for leg in legs if leg.role == PartRole.MODERATOR and leg.staff_id == staff.id]
    phone = own[0].address if own else own_phone_of(staff)
    if not phone:
        raise NoOwnPhone
    guests = [leg for leg in legs if leg.role != PartRole.MODERATOR]
    unknown = [leg for leg in guests if leg.guardian_id is None and leg.contact_point_id is None and leg.staff_id is None]
    with_staff = [leg for leg in legs if leg.staff_id not in {None, staff.id}]
    family = [leg for leg in guests if leg.role == PartRole.GUARDIAN]
    found = {one.id for one in colleagues_with_phone(staff, only=sorted({leg.staff_id for leg in with_staff if leg.staff_id}))}
    gone = [leg.name for leg in family if not _may_ring(staff, call, leg.contact_point_id)]
    gone += [leg.name for leg in with_staff if leg.staff_id not in found]
    if gone:
        raise GoneMeanwhile(GoneMeanwhile.advice % {"names": ", ".join(dict.fromkeys(gone))})
    return Plan(
        request_key=request_key, moderator_phone=phone, conversation_id=call.conversation_id, guardian_id=call.guardian_id,
        point_ids=[leg.contact_point_id for leg in family if leg.contact_point_id is not None],
        others=[Invitee(leg.name, leg.address, PartRole(leg.role)) for leg in unknown],
        colleague_ids=list(dict.fromkeys(leg.staff_id for leg in with_staff if leg.staff_id is not None)),
        welcome_message=settings.welcome_message, maximum_minutes=settings.maximum_minutes,
        ends_with_moderator=settings.ends_with_moderator, is_briefing=_was_to_be_briefed(settings),
        is_emergency=settings.is_emergency and role_allows(staff.role, Permission.SEND_EMERGENCY),
    )  # fmt: skip


def _was_to_be_briefed(settings: ConferenceCall) -> bool:
    """As chosen in the form: a briefing that was over before any began in mid-call; where neither is told, as it is still."""
    about = (CallLine.call_id == settings.call_id, CallLine.what.in_((Step.BRIEFING, Step.BRIEFED)))
    first = db.session.scalar(select(CallLine.what).where(*about).order_by(CallLine.id).limit(1))
    return settings.is_briefing if first is None else first == Step.BRIEFED


def _may_ring(staff: Staff, call: Call, point_id: int | None) -> bool:
    """Whether this phone is on the records still, and this person may call it about this family."""
    if point_id is None:
        return False
    try:
        (point,) = contact_points_within_reach(staff, [point_id])
        refuse_outsiders([point_id], conversation_id=call.conversation_id, guardian_id=call.guardian_id)
    except NotVisible:
        return False
    return point.is_active


def _direct(staff: Staff, call: Call, request_key: str) -> DirectPlan:
    """One that came in is called back from the browser."""
    line = db.session.get_one(DirectCall, call.id)
    if line.contact_point_id is None or not _may_ring(staff, call, line.contact_point_id):
        raise GoneMeanwhile(GoneMeanwhile.advice % {"names": line.name or for_people(line.address)})
    return DirectPlan(
        request_key=request_key, point_id=line.contact_point_id, conversation_id=call.conversation_id,
        way=Way.PHONE if not line.is_inbound and line.way == Way.PHONE else Way.BROWSER, own_phone=line.own_phone or "",
    )  # fmt: skip

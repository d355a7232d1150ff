"""Calling one phone of a family: the row is written first, then a browser or the worker does the rest."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff
from app.accounts.service import audit
from app.calls.errors import CallIsOver, NoNumberToCallFrom, OnACall
from app.calls.models import Call, CallKind, CallState, DirectCall, Stage, Way, WishKind
from app.calls.queries import call_visible_to
from app.calls.reach import calls_in_browser, hold_browser, is_on_a_call
from app.calls.service import direct_steps, steps
from app.calls.service.belonging import refuse_outsiders
from app.calls.service.dialling import dialled
from app.calls.service.starting import chosen, refuse_emergency
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.pairing import number_for_all
from app.conversations.queries import conversation_visible_to
from app.conversations.queries_reach import contact_point_within_reach
from app.conversations.service.lines import direct_line
from app.conversations.service.starting import school_for
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import ContactPoint, District, PhoneNumber, School


@dataclass(frozen=True, slots=True)
class DirectPlan:
    """What was chosen in the form. `own_phone` is rung first where the call is not made in the browser."""

    request_key: str
    point_id: int
    way: Way
    own_phone: str = ""
    conversation_id: int | None = None
    is_emergency: bool = False
    is_in_turn: bool = True
    """One call at a time in a browser. Not where a program calls for many people, each in a browser of their own."""


def start_direct(staff: Staff, plan: DirectPlan) -> Call:
    """Write it all down; the same `request_key` gives the first call. The family sees the school's number.

    Raises NotAPhone, NoNumberToCallFrom, MayNotBeCalled, NotAllowedNumber, QuietHours, NoEmergency, OnACall, NotVisible.
    """
    try:
        return _start(staff, plan)
    except IntegrityError:  # the other half of a double click, at the same moment
        return _start(staff, plan)


def _start(staff: Staff, plan: DirectPlan) -> Call:
    with transaction():
        earlier = db.session.scalar(select(Call).where(Call.request_key == plan.request_key, Call.staff_id == staff.id))
        if earlier is not None:
            return earlier
        refuse_emergency(staff, is_emergency=plan.is_emergency)
        point = contact_point_within_reach(staff, plan.point_id)
        conversation = _conversation(staff, point, plan.conversation_id)
        number = _number(conversation, point)
        (leg,) = chosen(staff, number, [point.id], (), is_emergency=plan.is_emergency)
        if plan.way is Way.BROWSER and plan.is_in_turn:
            _make_room(staff)
        own_phone = dialled(db.session.get_one(District, staff.district_id), plan.own_phone) if plan.way is Way.PHONE else None
        call = Call(
            district_id=conversation.district_id, school_id=conversation.school_id, kind=CallKind.DIRECT, conversation_id=conversation.id,
            guardian_id=point.guardian_id, staff_id=staff.id, bearer_id=bearer_behind(), phone_number_id=number.id,
            title=leg.name, request_key=plan.request_key, look_at=now() + steps.SILENCE,
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        db.session.add(
            DirectCall(
                call_id=call.id, address=leg.address, name=leg.name, contact_point_id=point.id, language=leg.language, way=plan.way,
                own_phone=own_phone, stage=Stage.OWN,
            )
        )  # fmt: skip
        if own_phone is not None:
            steps.wish(call, WishKind.PLACE, by=staff.id)
        steps.changed(call)
        audit("call.emergency_placed" if plan.is_emergency else "call.placed", call, {"name": leg.name}, by=staff)
        return call


def hang_up(staff: Staff, call_id: int) -> None:
    """End it for both, or call it off. To ask twice changes nothing. Raises NotVisible."""
    with transaction():
        call_visible_to(staff, call_id)
        one = direct_steps.held(call_id)
        if one is None or one.call.is_over:
            return
        if (one.line.far_call_id if one.line.is_inbound else one.line.own_call_id) is not None:
            steps.wish(one.call, WishKind.END, by=staff.id)
        else:
            direct_steps.finish(one, CallState.CANCELED)


def take_from_line(staff: Staff, call_id: int, way: Way, own_phone: str = "") -> None:
    """Have a call that waits for the office ring here. Raises CallIsOver where it waits no more, OnACall, NotAPhone, NotVisible."""
    with transaction():
        call_visible_to(staff, call_id)
        one = direct_steps.held(call_id)
        if one is None or one.call.is_over or one.line.stage != Stage.LINE:
            raise CallIsOver
        if way is Way.BROWSER:
            hold_browser(staff.id)
            if is_on_a_call(staff.id):
                raise OnACall
        district = db.session.get_one(District, staff.district_id)
        one.line.way, one.line.own_phone = way, dialled(district, own_phone) if way is Way.PHONE else None
        one.line.answered_by_id = staff.id
        direct_steps.come_to(one, Stage.BROWSER if way is Way.BROWSER else Stage.PHONE)
        steps.wish(one.call, WishKind.TAKE, by=staff.id)
        audit("call.taken", one.call, {"name": one.line.name}, by=staff)


def _make_room(staff: Staff) -> None:
    """One call at a time in their browser. One that no browser has begun to dial, as of a window that was closed, gives way."""
    hold_browser(staff.id)
    for call_id in calls_in_browser(staff.id):
        one = direct_steps.held(call_id)
        if one is None or one.call.is_over:
            continue
        if one.line.is_inbound or one.line.own_call_id is not None:
            raise OnACall
        direct_steps.finish(one, CallState.CANCELED)


def _conversation(staff: Staff, point: ContactPoint, conversation_id: int | None) -> Conversation:
    """Where the call will stand: the thread it began in, this person's own with the guardian, or a new one."""
    if conversation_id is not None:
        known = conversation_visible_to(staff, conversation_id)
        refuse_outsiders([point.id], conversation_id=known.id, guardian_id=known.guardian_id)
        return known
    school = school_for(staff, point.guardian_id, None)
    newest = db.session.scalar(
        select(Conversation)
        .where(
            Conversation.guardian_id == point.guardian_id, Conversation.kind == ConversationKind.DIRECT,
            Conversation.school_id == school.id, Conversation.created_by_id == staff.id, Conversation.deleted_at.is_(None),
        )
        .order_by(Conversation.id.desc())
        .limit(1)
    )  # fmt: skip
    if newest is not None:
        return newest
    texted = point if point.takes_texts else next((one for one in point.guardian.contact_points if one.takes_texts), point)
    return direct_line(school, texted, owner_id=staff.id)[0]


def _number(conversation: Conversation, point: ContactPoint) -> PhoneNumber:
    """The one that speaks with this phone in the conversation, else with another of theirs, else the school's best."""
    ours = (
        select(PhoneNumber)
        .join(Participant, Participant.phone_number_id == PhoneNumber.id)
        .where(Participant.conversation_id == conversation.id, PhoneNumber.is_active.is_(True))
        .order_by(Participant.address != point.address, Participant.pairing_deactivated_at.is_not(None), Participant.id)
        .limit(1)
    )
    found = db.session.scalar(ours) or number_for_all(db.session.get_one(School, conversation.school_id), ())
    if found is None:
        raise NoNumberToCallFrom
    return found

"""What people do with a call that goes on. Each becomes a wish, which the worker carries out; the carrier's word is what shows."""

from collections.abc import Callable

from sqlalchemy import update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.calls.errors import CallIsLocked, LegMoved, SamePhone, TooMany
from app.calls.models import Call, CallState, CallWish, ConferenceParticipant, LegState, PartRole, Step, WishKind, WishState
from app.calls.queries import call_visible_to
from app.calls.service import steps
from app.calls.service.belonging import refuse_outsiders
from app.calls.service.gate import Phone, refuse_forbidden
from app.calls.service.placing import STAFF
from app.calls.service.reaching import going_on, leg_of
from app.calls.service.starting import MOST, Invitee, chosen, colleagues
from app.core.database import db, transaction
from app.directory.models import PhoneNumber


def mute(staff: Staff, call_id: int, leg_id: int, *, on: bool) -> None:
    """Let nobody hear one person, or everybody again. Raises LegMoved, CallIsOver, NotVisible."""
    _switch(staff, call_id, leg_id, WishKind.MUTE, on=on)


def hold(staff: Staff, call_id: int, leg_id: int, *, on: bool) -> None:
    """Set one person aside, or bring them back. Raises LegMoved, CallIsOver, NotVisible."""
    _switch(staff, call_id, leg_id, WishKind.HOLD, on=on)


def mute_all(staff: Staff, call_id: int, *, on: bool) -> None:
    """The same for everybody but the moderator. Raises CallIsOver, NotVisible."""
    _switch_all(staff, call_id, WishKind.MUTE, on=on, is_so=lambda leg: leg.is_muted)


def hold_all(staff: Staff, call_id: int, *, on: bool) -> None:
    """The same for everybody but the moderator. Raises CallIsOver, NotVisible."""
    _switch_all(staff, call_id, WishKind.HOLD, on=on, is_so=lambda leg: leg.is_held)


def remove(staff: Staff, call_id: int, leg_id: int) -> None:
    """Have somebody leave, or a phone stop ringing. Raises LegMoved, CallIsOver, NotVisible."""
    with transaction():
        call, leg = leg_of(staff, call_id, leg_id)
        if leg.is_over:
            raise LegMoved
        steps.wish(call, WishKind.REMOVE, leg, by=staff.id)
        if leg.state == LegState.QUEUED and leg.provider_call_id is None and _took_back(leg):
            steps.move(call, leg, LegState.REMOVED)
        audit("call.removed", call, {"title": call.title, "name": leg.name}, by=staff)


def leave(staff: Staff, call_id: int) -> None:
    """Leave the call oneself, while the others go on, whatever was chosen when it began. Raises LegMoved, CallIsOver, NotVisible."""
    with transaction():
        call = going_on(staff, call_id)
        mine = [leg for leg in steps.legs_of(call) if leg.staff_id == staff.id and leg.state == LegState.JOINED]
        if not mine:
            raise LegMoved
        steps.wish_all(call, WishKind.LEAVE, mine, by=staff.id)
        steps.changed(call)


def ring_again(staff: Staff, call_id: int, leg_id: int) -> None:
    """Have a phone ring once more. Raises LegMoved, CallIsLocked, CallIsOver, MayNotBeCalled, QuietHours, NotVisible."""
    with transaction():
        call, leg = leg_of(staff, call_id, leg_id)
        if not leg.is_over:
            raise LegMoved
        _refuse_locked(call)
        is_emergency = _is_emergency(staff, call)
        if leg.contact_point_id is not None:
            chosen(staff, _number(call), [leg.contact_point_id], (), is_emergency=is_emergency)
        elif leg.role not in STAFF:
            refuse_forbidden(_number(call), [Phone.of(leg)], is_emergency=is_emergency)
        steps.ring(call, leg, by=staff.id)
        if is_emergency:
            audit("call.emergency_rung", call, {"title": call.title, "name": leg.name}, by=staff)


def add(staff: Staff, call_id: int, *, point_id: int | None = None, other: Invitee | None = None, colleague_id: int | None = None) -> None:
    """Bring in somebody else. Raises SamePhone, TooMany, CallIsLocked, CallIsOver and as `start_conference`."""
    with transaction():
        call = going_on(staff, call_id)
        _refuse_locked(call)
        legs = steps.legs_of(call)
        if len(legs) >= MOST:
            raise TooMany
        points = [] if point_id is None else [point_id]
        refuse_outsiders(points, conversation_id=call.conversation_id, guardian_id=call.guardian_id)
        is_emergency = _is_emergency(staff, call)
        legs_to = chosen(staff, _number(call), points, [] if other is None else [other], is_emergency=is_emergency)
        legs_to += colleagues(staff, [] if colleague_id is None else [colleague_id])
        for leg in legs_to:
            if any(leg.address == known.address for known in legs):
                raise SamePhone
            leg.call_id = call.id
            db.session.add(leg)
            db.session.flush()
            if call.status == CallState.IN_PROGRESS:
                steps.call_waiting(call)
            steps.tell(call, Step.CALLED, leg, by=staff.id)
            steps.changed(call, leg)
            audit("call.emergency_added" if is_emergency else "call.added", call, {"title": call.title, "name": leg.name}, by=staff)


def lock(staff: Staff, call_id: int, *, on: bool) -> None:
    """Let nobody else in, or again. Raises CallIsOver, NotVisible."""
    with transaction():
        call = going_on(staff, call_id)
        settings = steps.settings_of(call)
        if settings.is_locked != on:
            settings.is_locked = on
            steps.tell(call, Step.LOCKED if on else Step.UNLOCKED, by=staff.id)
            steps.changed(call)


def end(staff: Staff, call_id: int) -> None:
    """Everybody leaves; one that has not begun is called off. To ask twice changes nothing. Raises NotVisible."""
    with transaction():
        call_visible_to(staff, call_id)
        call = steps.held(call_id)
        if call.is_over:
            return
        if call.status == CallState.IN_PROGRESS:
            steps.wish(call, WishKind.END, by=staff.id)
        else:
            steps.finish(call, CallState.CANCELED, by=staff.id)
        audit("call.ended", call, {"title": call.title}, by=staff)


def _switch(staff: Staff, call_id: int, leg_id: int, kind: WishKind, *, on: bool) -> None:
    with transaction():
        call, leg = leg_of(staff, call_id, leg_id)
        if leg.state != LegState.JOINED:
            raise LegMoved
        steps.wish(call, kind, leg, by=staff.id, on=on)


def _switch_all(staff: Staff, call_id: int, kind: WishKind, *, on: bool, is_so: Callable[[ConferenceParticipant], bool]) -> None:
    with transaction():
        call = going_on(staff, call_id)
        present = [leg for leg in steps.legs_of(call) if leg.role != PartRole.MODERATOR and leg.state == LegState.JOINED]
        steps.wish_all(call, kind, [leg for leg in present if is_so(leg) != on], by=staff.id, on=on)


def _took_back(leg: ConferenceParticipant) -> bool:
    """Whether its phone will surely not ring: the worker had not begun."""
    waiting = (CallWish.participant_id == leg.id, CallWish.kind == WishKind.PLACE)
    taken = db.session.scalars(
        update(CallWish).where(*waiting, CallWish.state == WishState.WAITING).values(state=WishState.FAILED).returning(CallWish.id)
    ).all()
    begun = db.session.query(CallWish).filter(*waiting, CallWish.state == WishState.BEGUN, CallWish.attempt == leg.attempt).count()
    return bool(taken) or not begun


def _is_emergency(staff: Staff, call: Call) -> bool:
    """Whether phones ring at night for this person: whose call it is declared one, but only some roles may act on that."""
    return steps.settings_of(call).is_emergency and role_allows(staff.role, Permission.SEND_EMERGENCY)


def _refuse_locked(call: Call) -> None:
    if steps.settings_of(call).is_locked:
        raise CallIsLocked


def _number(call: Call) -> PhoneNumber:
    return db.session.get_one(PhoneNumber, call.phone_number_id)

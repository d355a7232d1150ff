"""Somebody calls one of our numbers: what they are offered, and what became of each choice. Said in `app.calls.menu_script`."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.calls.greetings import Greeting, greeting_for
from app.calls.models import Call, CallKind, CallState, DirectCall, Outcome, Stage, Way
from app.calls.reach import is_open_at, reach_of
from app.calls.references import FAR
from app.calls.service import direct_steps, messages_left, steps
from app.calls.service.callers import Caller, caller_of
from app.calls.service.direct_steps import Held
from app.carrier.calls import STATUSES, CallStatus
from app.carrier.voice_forms import ScriptForm
from app.conversations.models import BlockedSender
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import parse_or_none
from app.directory.models import AUTOMATED_CALLS, ConsentKind, ConsentSource, PhoneNumber, School
from app.directory.service.consent import record_consent

REPEATS = 2
"""So often the menu is said again to who presses nothing; then it is the voicemail."""
LONGEST_WAIT = 600
"""Seconds in the office's line; then it is the voicemail."""
REACH, MESSAGE, STOP = "1", "2", "3"
BEING_TAKEN = frozenset({Stage.BROWSER, Stage.PHONE})


class Do(Enum):
    """What the caller's phone does next."""

    MENU = auto()
    RING_BROWSER = auto()
    RING_PHONE = auto()
    LINE = auto()
    WAIT = auto()
    LEAVE_LINE = auto()
    VOICEMAIL = auto()
    STOPPED = auto()
    GOODBYE = auto()
    CONNECT = auto()
    """A staff member's own phone, on which a person pressed a key."""
    SCREEN = auto()
    """A staff member's own phone: only a person presses a key."""
    HANG_UP = auto()
    REJECT = auto()
    """The line is busy: somebody of the office blocked this number."""


@dataclass(frozen=True, slots=True)
class Turn:
    """With all that its script needs."""

    do: Do
    call_id: int = 0
    reference: str = ""
    language: str = "en"
    school: str = ""
    person: str = ""
    """Whom the caller reaches; empty at the school's menu."""
    has_office: bool = False
    can_stop: bool = False
    is_sorry: bool = False
    """Whoever was to be reached could not be."""
    asked: int = 0
    identity: str = ""
    own_phone: str = ""
    sender: str = ""
    caller: str = ""
    queue: str = ""
    position: int = 0
    waited: int = 0
    greeting: Greeting | None = None
    """What the box's owner wants callers to hear before the beep."""


HANG_UP = Turn(Do.HANG_UP)


def begin(form: ScriptForm) -> Turn:
    """A call arrives. The same call again is told the same. Raises NotVisible where the number is not ours."""
    try:
        return _begin(form)
    except IntegrityError:  # the same question, at the same moment, in another process
        return _begin(form)


def _begin(form: ScriptForm) -> Turn:
    with transaction():
        known = direct_steps.of_carrier(form.call_id)
        if known is None and _is_blocked(form):
            return Turn(Do.REJECT)
        one = known[0] if known else _arrived(form)
        return HANG_UP if one.call.is_over else _menu(one, 0)


def choose(form: ScriptForm, reference: str, asked: int) -> Turn:
    """A key was pressed at the menu that was said for the time number `asked` (from 0 on), or none was."""
    with transaction():
        one = _of(form, reference)
        if one is None or one.line.stage != Stage.MENU:
            return HANG_UP
        if form.digits == MESSAGE:
            return _voicemail(one)
        if form.digits == STOP and one.line.contact_point_id is not None:
            return _stop(one)
        if form.digits == REACH and (found := _reached(one)) is not None:
            return found
        return _menu(one, asked + 1) if asked < REPEATS else _voicemail(one)


def rang(form: ScriptForm, reference: str) -> Turn:
    """Somebody's browser or phone rang, and that is over: the talk, or the ringing."""
    with transaction():
        one = _of(form, reference)
        if one is None:
            return HANG_UP
        if one.line.stage == Stage.TALKING or (STATUSES.get(form.dialled_status) is CallStatus.COMPLETED and _was_taken(one, form)):
            direct_steps.talk(one)
            direct_steps.finish(one, direct_steps.end_of_inbound(one))
            return Turn(Do.GOODBYE, language=one.line.language)
        staff = db.session.get(Staff, one.line.answered_by_id or one.call.staff_id or 0)
        if one.line.stage == Stage.BROWSER and staff is not None and reach_of(staff, one.call.school_id).phone:
            return _ring(one, staff, Way.PHONE)
        one.line.answered_by_id = None
        return _join_line(one) if one.call.staff_id is None else replace(_voicemail(one), is_sorry=True)


def screen(reference: str) -> Turn:
    """A staff member's own phone was picked up."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or found[0].call.is_over or found[0].line.stage != Stage.PHONE:
            return HANG_UP
        one = found[0]
        staff = db.session.get(Staff, one.line.answered_by_id or one.call.staff_id or 0)
        return Turn(Do.SCREEN, one.call.id, reference, staff.language if staff else "en", caller=one.line.name, school=_school(one).name)


def screened(form: ScriptForm, reference: str) -> Turn:
    """A person pressed a key there, or nobody did."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or found[0].call.is_over or found[0].line.stage != Stage.PHONE or not form.digits:
            return HANG_UP
        found[0].line.own_call_id = form.call_id
        direct_steps.talk(found[0])
        return Turn(Do.CONNECT)


def wait(form: ScriptForm, reference: str) -> Turn:
    """What somebody in the office's line hears now: their place and how long they wait."""
    with transaction():
        one = _of(form, reference)
        if one is None or one.line.stage not in {Stage.LINE, *BEING_TAKEN}:
            return Turn(Do.LEAVE_LINE)
        one.call.look_at = now() + steps.SILENCE
        waited = form.queue_seconds or int((now() - one.line.since).total_seconds())
        if form.digits == MESSAGE or waited >= LONGEST_WAIT:
            return Turn(Do.LEAVE_LINE)
        return Turn(Do.WAIT, one.call.id, reference, one.line.language, position=form.queue_position or 1, waited=waited)


def left_line(form: ScriptForm, reference: str) -> Turn:
    """Somebody left the line: for a message, or because it is full."""
    with transaction():
        one = _of(form, reference)
        if one is None or one.line.stage not in {Stage.LINE, *BEING_TAKEN}:
            return HANG_UP
        if form.queue_result == "hangup":
            direct_steps.finish(one, direct_steps.end_of_inbound(one))
            return HANG_UP
        return _taken(one) or _voicemail(one)


def taken(form: ScriptForm, reference: str) -> Turn:
    """Somebody of the office takes a call from the line."""
    with transaction():
        one = _of(form, reference)
        return (_taken(one) if one is not None else None) or HANG_UP


def recorded(form: ScriptForm, reference: str) -> Turn:
    """The message after the beep is over."""
    with transaction():
        one = _of(form, reference)
        if one is None:
            return HANG_UP
        if form.recording_id is not None:
            messages_left.keep(one, form.recording_id, form.recording_seconds)
        direct_steps.finish(one, direct_steps.end_of_inbound(one))
        return Turn(Do.GOODBYE, language=one.line.language)


# --- What each of these is made of ------------------------------------------------------------


def _is_blocked(form: ScriptForm) -> bool:
    blocked = (BlockedSender.address == parse_or_none(form.sender), BlockedSender.district_id == PhoneNumber.district_id)
    return bool(db.session.scalar(select(exists().where(PhoneNumber.address == form.to, *blocked))))


def _arrived(form: ScriptForm) -> Held:
    number = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == form.to, PhoneNumber.is_active.is_(True)))
    if number is None:
        raise NotVisible
    address = parse_or_none(form.sender) or ""
    caller = caller_of(number, address)
    if caller is None:
        raise NotVisible
    call = Call(
        district_id=number.district_id, school_id=caller.school.id, kind=CallKind.RETURN, phone_number_id=number.id,
        conversation_id=caller.conversation.id if caller.conversation else None, title=caller.name or form.sender[:200],
        guardian_id=caller.guardian.id if caller.guardian else None, staff_id=caller.staff.id if caller.staff else None,
        request_key=f"in.{form.call_id}"[:64], look_at=now() + steps.SILENCE,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    db.session.add(_line(call, caller, address, form.call_id))
    db.session.flush()
    one = direct_steps.held(call.id)
    if one is None:
        raise NotVisible
    call.status = CallState.RINGING
    steps.changed(call)
    return one


def _line(call: Call, caller: Caller, address: str, provider_id: str) -> DirectCall:
    return DirectCall(
        call_id=call.id, is_inbound=True, address=address, name=caller.name, contact_point_id=caller.point.id if caller.point else None,
        language=caller.language, far_call_id=provider_id, stage=Stage.MENU,
    )  # fmt: skip


def _of(form: ScriptForm, reference: str) -> Held | None:
    """The call that goes on, if this question is about its caller's leg."""
    found = direct_steps.named(reference)
    if found is None or found[1] != FAR or found[0].line.far_call_id != form.call_id or found[0].call.is_over:
        return None
    return found[0]


def _menu(one: Held, asked: int) -> Turn:
    staff = db.session.get(Staff, one.call.staff_id) if one.call.staff_id else None
    person = ""
    if staff is not None:
        reach = reach_of(staff, one.call.school_id)
        person = staff.shown_name if reach.is_open or reach.browser else ""
    return Turn(
        Do.MENU, one.call.id, one.line.reference(FAR), one.line.language, _school(one).name, person,
        has_office=not person and is_open_at(one.call.school_id), can_stop=one.line.contact_point_id is not None, asked=asked,
    )  # fmt: skip


def _reached(one: Held) -> Turn | None:
    """Key 1: the teacher, or the office's line. None where the menu has no such choice."""
    menu = _menu(one, 0)
    if not menu.person:
        return _join_line(one) if menu.has_office else None
    staff = db.session.get_one(Staff, one.call.staff_id)
    reach = reach_of(staff, one.call.school_id)
    if reach.browser:
        return _ring(one, staff, Way.BROWSER)
    return _ring(one, staff, Way.PHONE) if reach.phone else replace(_voicemail(one), is_sorry=True)


def _ring(one: Held, staff: Staff, way: Way) -> Turn:
    one.line.way, one.line.own_phone = way, staff.phone if way is Way.PHONE and not one.line.own_phone else one.line.own_phone
    direct_steps.come_to(one, Stage.BROWSER if way is Way.BROWSER else Stage.PHONE)
    return Turn(
        Do.RING_BROWSER if way is Way.BROWSER else Do.RING_PHONE, one.call.id, one.line.reference(FAR), one.line.language,
        person=staff.shown_name, identity=staff.uuid.hex, own_phone=one.line.own_phone or "", sender=_number(one).address,
    )  # fmt: skip


def _join_line(one: Held) -> Turn:
    direct_steps.come_to(one, Stage.LINE)
    return Turn(Do.LINE, one.call.id, one.line.reference(FAR), one.line.language, queue=f"office-{one.call.school_id}")


def _taken(one: Held) -> Turn | None:
    """Ring whoever takes it from the line; None where nobody does."""
    staff = db.session.get(Staff, one.line.answered_by_id) if one.line.answered_by_id else None
    if staff is None or one.line.stage not in BEING_TAKEN:
        return None
    direct_steps.was_led(one)
    return _ring(one, staff, Way(one.line.way or Way.BROWSER))


def _voicemail(one: Held) -> Turn:
    direct_steps.come_to(one, Stage.VOICEMAIL)
    staff = db.session.get(Staff, one.call.staff_id) if one.call.staff_id else None
    return Turn(
        Do.VOICEMAIL, one.call.id, one.line.reference(FAR), one.line.language, _school(one).name, staff.shown_name if staff else "",
        greeting=greeting_for(one.call.school_id, one.call.staff_id, one.line.language),
    )  # fmt: skip


def _stop(one: Held) -> Turn:
    """No more automated calls, from any number of the district; people may still call."""
    record_consent(
        one.call.district_id, one.line.address, AUTOMATED_CALLS, ConsentKind.OPTED_OUT, ConsentSource.KEYPAD,
        wording="Pressed 3 in a call",
    )  # fmt: skip
    one.line.outcome = Outcome.STOPPED
    direct_steps.finish(one, direct_steps.end_of_inbound(one))
    return Turn(Do.STOPPED, language=one.line.language)


def _was_taken(one: Held, form: ScriptForm) -> bool:
    """The carrier says that the leg was answered: in a browser by a person; on a phone only the key says so."""
    return one.line.stage == Stage.BROWSER and form.dialled_seconds is not None


def _school(one: Held) -> School:
    return db.session.get_one(School, one.call.school_id)


def _number(one: Held) -> PhoneNumber:
    return db.session.get_one(PhoneNumber, one.call.phone_number_id)

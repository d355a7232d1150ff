"""Somebody calls one of our numbers: who they are, the menu, and what became of their choice. Said in `app.calls.menu_script`."""

from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.calls.models import Call, CallKind, CallState, DirectCall, Outcome, Stage
from app.calls.said import HANG_UP, Do, MenuSaid
from app.calls.service import direct_steps, messages_left, steps
from app.calls.service.callers import Caller, caller_of
from app.calls.service.direct_steps import Held
from app.calls.service.leading import caller_of_line, menu, reached, takes_messages, to_voicemail
from app.carrier.voice_forms import ScriptForm
from app.conversations.models import BlockedSender
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import parse_or_none
from app.directory.models import AUTOMATED_CALLS, ConsentKind, ConsentSource, PhoneNumber
from app.directory.service.consent import record_consent

REPEATS = 2
"""So often the menu is said again to who presses nothing; then it is the voicemail."""
REACH, MESSAGE, STOP = "1", "2", "3"


def begin(form: ScriptForm) -> MenuSaid:
    """A call arrives. The same call again is told the same. Raises NotVisible where the number is not ours."""
    try:
        return _begin(form)
    except IntegrityError:  # the same question, at the same moment, in another process
        return _begin(form)


def _begin(form: ScriptForm) -> MenuSaid:
    with transaction():
        known = direct_steps.of_carrier(form.call_id)
        if known is None and _is_blocked(form):
            return MenuSaid(do=Do.REJECT)
        one = known[0] if known else _arrived(form)
        return HANG_UP if one.call.is_over else menu(one, 0)


def choose(form: ScriptForm, reference: str, asked: int) -> MenuSaid:
    """A key was pressed at the menu that was said for the time number `asked` (from 0 on), or none was."""
    with transaction():
        one = caller_of_line(form, reference)
        if one is None or one.line.stage != Stage.MENU:
            return HANG_UP
        if form.digits == MESSAGE and takes_messages(one):
            one.line.outcome = Outcome.NO_MESSAGE  # until there is one
            return to_voicemail(one)
        if form.digits == STOP and one.line.contact_point_id is not None:
            return _stop(one)
        if form.digits == REACH and (found := reached(one)) is not None:
            return found
        if asked < REPEATS:
            return replace(menu(one, asked + 1), wrong_key=form.digits)
        one.line.outcome = Outcome.NO_MESSAGE
        return replace(to_voicemail(one), wrong_key=form.digits, is_undecided=not form.digits)


def recorded(form: ScriptForm, reference: str) -> MenuSaid:
    """The message after the beep is over."""
    with transaction():
        one = caller_of_line(form, reference)
        if one is None:
            return HANG_UP
        if form.recording_id is not None:
            messages_left.keep(one, form.recording_id, form.recording_seconds)
        direct_steps.finish(one, direct_steps.end_of_inbound(one))
        return MenuSaid(do=Do.GOODBYE, language=one.line.language)


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


def _stop(one: Held) -> MenuSaid:
    """No more automated calls, from any number of the district; people may still call."""
    record_consent(
        one.call.district_id, one.line.address, AUTOMATED_CALLS, ConsentKind.OPTED_OUT, ConsentSource.KEYPAD,
        wording="Pressed 3 in a call",
    )  # fmt: skip
    one.line.outcome = Outcome.STOPPED
    direct_steps.finish(one, direct_steps.end_of_inbound(one))
    return MenuSaid(do=Do.STOPPED, language=one.line.language)

"""The office's line: who waits in it, and whoever takes a call from it."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select, text

from app.accounts.models import Staff
from app.calls.models import Call, DirectCall, Stage, Way
from app.calls.models.direct import IN_LINE
from app.calls.said import HANG_UP, Do, MenuSaid
from app.calls.service import direct_steps, steps
from app.calls.service.direct_steps import Held
from app.calls.service.incoming import MESSAGE
from app.calls.service.leading import caller_of_line, ring, said_to_who_waits, takes_messages, to_voicemail
from app.carrier.voice_forms import ScriptForm
from app.core.clock import now
from app.core.database import db, transaction

LONGEST_WAIT = 600
"""Seconds in the office's line; then it is the voicemail."""
BEING_TAKEN = frozenset({Stage.BROWSER, Stage.PHONE})


def wait(form: ScriptForm, reference: str) -> MenuSaid:
    """What somebody in the office's line hears now: their place and how long they wait."""
    with transaction():
        one = caller_of_line(form, reference)
        if one is None or one.line.stage not in {Stage.LINE, *BEING_TAKEN}:
            return MenuSaid(do=Do.LEAVE)
        one.call.look_at = now() + steps.SILENCE
        waited = int((now() - one.call.created_at).total_seconds())
        has_voicemail = takes_messages(one)
        if (form.digits == MESSAGE and has_voicemail) or waited >= LONGEST_WAIT:
            return MenuSaid(do=Do.LEAVE)
        return MenuSaid(
            do=Do.WAIT,
            call_id=one.call.id,
            reference=reference,
            language=one.line.language,
            position=place_of(one),
            waited=waited,
            has_voicemail=has_voicemail,
            meanwhile=said_to_who_waits(one),
        )


def left_line(form: ScriptForm, reference: str) -> MenuSaid:
    """Somebody left the line: for a message, or because it is full."""
    with transaction():
        one = caller_of_line(form, reference)
        if one is None or one.line.stage not in {Stage.LINE, *BEING_TAKEN}:
            return HANG_UP
        if form.queue_result == "hangup":
            direct_steps.finish(one, direct_steps.end_of_inbound(one))
            return HANG_UP
        return taken_by(one) or to_voicemail(one)


def taken(form: ScriptForm, reference: str) -> MenuSaid:
    """Somebody of the office takes a call from the line."""
    with transaction():
        one = caller_of_line(form, reference)
        return (taken_by(one) if one is not None else None) or HANG_UP


def taken_by(one: Held) -> MenuSaid | None:
    """Ring whoever takes it from the line; None where nobody does."""
    staff = db.session.get(Staff, one.line.answered_by_id) if one.line.answered_by_id else None
    if staff is None or one.line.stage not in BEING_TAKEN:
        return None
    direct_steps.was_led(one)
    return ring(one, staff, Way(one.line.way or Way.BROWSER))


def place_of(one: Held) -> int:
    """Whoever called first is first, also after somebody who wanted to take the call did not pick up."""
    return place_in_line(one.call)


def places_in_line(calls: Collection[Call]) -> dict[int, int]:
    """The same of several calls of a district, by their ids, in one query; those that wait no more are left out."""
    if not calls:
        return {}
    district_id = next(iter(calls)).district_id
    waiting = (
        select(Call.id, Call.school_id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(text(f"direct_calls.{IN_LINE}"), Call.district_id == district_id)
        .order_by(Call.id)
    )
    ahead: Counter[int | None] = Counter()
    places = {}
    for number, school_id in db.session.execute(waiting):
        ahead[school_id] += 1
        places[number] = ahead[school_id]
    return {each.id: places[each.id] for each in calls if each.id in places}


def place_in_line(call: Call) -> int:
    """The same of a call that waits."""
    here = (Call.district_id == call.district_id, Call.school_id == call.school_id)  # a number of the whole district has no school
    earlier = (
        select(func.count())
        .select_from(DirectCall)
        .join(Call, Call.id == DirectCall.call_id)
        .where(text(f"direct_calls.{IN_LINE}"), *here, Call.id < call.id)
    )
    return 1 + (db.session.scalar(earlier) or 0)

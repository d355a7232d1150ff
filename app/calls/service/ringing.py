"""Somebody's browser or own phone rings for who called us: it is taken, or it is not."""

from dataclasses import replace

from app.accounts.models import Staff
from app.calls.models import Stage, Way
from app.calls.reach import reach_of
from app.calls.said import HANG_UP, Do, MenuSaid
from app.calls.service import direct_steps
from app.calls.service.direct_steps import Held
from app.calls.service.leading import caller_of_line, join_line, ring, school_of, to_voicemail
from app.carrier.calls import STATUSES, CallStatus
from app.carrier.voice_forms import ScriptForm
from app.core.database import db, transaction


def rang(form: ScriptForm, reference: str) -> MenuSaid:
    """Somebody's browser or phone rang, and that is over: the talk, or the ringing."""
    with transaction():
        one = caller_of_line(form, reference)
        if one is None:
            return HANG_UP
        if one.line.stage == Stage.TALKING or (STATUSES.get(form.dialled_status) is CallStatus.COMPLETED and _was_taken(one, form)):
            direct_steps.talk(one)
            direct_steps.finish(one, direct_steps.end_of_inbound(one))
            return MenuSaid(do=Do.GOODBYE, language=one.line.language)
        staff = db.session.get(Staff, one.line.answered_by_id or one.call.staff_id or 0)
        if one.line.stage == Stage.BROWSER and staff is not None and reach_of(staff, one.call.school_id).phone:
            return ring(one, staff, Way.PHONE)
        one.line.answered_by_id = None
        return join_line(one, rings=False) if one.call.staff_id is None else replace(to_voicemail(one), is_sorry=True)


def screen(reference: str) -> MenuSaid:
    """A staff member's own phone was picked up."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or found[0].call.is_over or found[0].line.stage != Stage.PHONE:
            return HANG_UP
        one = found[0]
        staff = db.session.get(Staff, one.line.answered_by_id or one.call.staff_id or 0)
        return MenuSaid(
            do=Do.ASK, call_id=one.call.id, reference=reference, language=staff.language if staff else "en", caller=one.line.name,
            school=school_of(one).name,
        )  # fmt: skip


def screened(form: ScriptForm, reference: str) -> MenuSaid:
    """A person pressed a key there, or nobody did."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or found[0].call.is_over or found[0].line.stage != Stage.PHONE or not form.digits:
            return HANG_UP
        found[0].line.own_call_id = form.call_id
        direct_steps.talk(found[0])
        return MenuSaid(do=Do.CONNECT)


def _was_taken(one: Held, form: ScriptForm) -> bool:
    """The carrier says that the leg was answered: in a browser by a person; on a phone only the key says so."""
    return one.line.stage == Stage.BROWSER and form.dialled_seconds is not None

"""What the phones of a direct call are to do: decided here, said in `app.calls.direct_script`."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.models import Call, CallState, Way
from app.calls.queries import call_visible_to
from app.calls.references import FAR, OWN
from app.calls.said import DirectSaid, Do
from app.calls.service import direct_steps
from app.calls.service.direct_progress import leg_news
from app.calls.service.direct_steps import Held
from app.carrier.calls import STATUSES, CallStatus
from app.carrier.voice_forms import ScriptForm
from app.core.database import db, transaction
from app.directory.models import PhoneNumber

CLIENT = "client:"


def from_browser(form: ScriptForm) -> DirectSaid:
    """A browser begins a call that was written down for its owner. The same call again is told the same."""
    with transaction():
        staff = _caller(form.sender)
        one = _wanted(form.wishes.get("call", ""))
        language = staff.language if staff else "en"
        if staff is None or one is None or not _begins_at_browser(one, staff):
            return DirectSaid(do=Do.CANNOT, language=language)
        if not direct_steps.adopt(one, OWN, form.call_id):
            return DirectSaid(do=Do.CANNOT, language=language)
        return _dial(one, staff)


def _begins_at_browser(one: Held, staff: Staff) -> bool:
    """Who called us is on the line already, and shall not be rung."""
    return one.call.staff_id == staff.id and one.line.way == Way.BROWSER and not one.line.is_inbound and not one.call.is_over


def for_program(staff: Staff, call_id: int) -> DirectSaid:
    """What the browser of somebody is to do with a call that a program wrote down. Raises NotVisible."""
    with transaction():
        call_visible_to(staff, call_id)
        one = direct_steps.held(call_id)
        if one is None or one.call.is_over:
            return DirectSaid(do=Do.CANNOT, language=staff.language)
        return _dial(one, staff)


def own_phone(form: ScriptForm, reference: str, *, is_key: bool) -> DirectSaid:
    """The staff member's own phone was picked up; with `is_key`, a key was pressed on it, or none."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or found[1] != OWN or not direct_steps.adopt(found[0], OWN, form.call_id) or found[0].call.is_over:
            return DirectSaid(do=Do.HANG_UP)
        one = found[0]
        staff = db.session.get_one(Staff, one.call.staff_id)
        if is_key and form.digits:
            return _dial(one, staff)
        if is_key:
            direct_steps.finish(one, CallState.NO_ANSWER)
            return DirectSaid(do=Do.HANG_UP)
        return DirectSaid(do=Do.ASK, reference=reference, language=staff.language, name=one.line.name)


def after(form: ScriptForm, reference: str) -> DirectSaid:
    """The family's phone has hung up, or never answered."""
    with transaction():
        found = direct_steps.named(reference)
        if found is None or not direct_steps.adopt(found[0], OWN, form.call_id):
            return DirectSaid(do=Do.HANG_UP)
        one = found[0]
        status = STATUSES.get(form.dialled_status, CallStatus.FAILED)
        if form.dialled_id is not None:
            direct_steps.adopt(one, FAR, form.dialled_id)
        leg_news(one, FAR, CallStatus.COMPLETED if status is CallStatus.ANSWERED else status)
        staff = db.session.get_one(Staff, one.call.staff_id)
        ends = {CallStatus.NO_ANSWER: Do.UNANSWERED, CallStatus.BUSY: Do.BUSY, CallStatus.FAILED: Do.CANNOT}
        return DirectSaid(do=ends.get(status, Do.HANG_UP), language=staff.language)


def _dial(one: Held, staff: Staff) -> DirectSaid:
    number = db.session.get_one(PhoneNumber, one.call.phone_number_id)
    return DirectSaid(
        do=Do.DIAL, reference=one.line.reference(FAR), language=staff.language, name=one.line.name, to=one.line.address,
        sender=number.address,
    )  # fmt: skip


def _caller(sender: str) -> Staff | None:
    """Whose browser it is, if they may call still."""
    try:
        uuid = UUID(sender.removeprefix(CLIENT))
    except ValueError:
        return None
    staff = db.session.scalar(select(Staff).where(Staff.uuid == uuid)) if sender.startswith(CLIENT) else None
    return staff if staff is not None and staff.is_active and role_allows(staff.role, Permission.MAKE_CALLS) else None


def _wanted(name: str) -> Held | None:
    try:
        uuid = UUID(name)
    except ValueError:
        return None
    call_id = db.session.scalar(select(Call.id).where(Call.uuid == uuid))
    return direct_steps.held(call_id) if call_id is not None else None

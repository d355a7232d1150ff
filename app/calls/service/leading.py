"""Where a call that came in goes next: the menu, somebody's browser or phone, the office's line, or the voicemail. All in a transaction."""

from dataclasses import replace

from app.accounts.models import Staff
from app.calls.greetings import Greeting, greeting_for
from app.calls.models import Stage, Way
from app.calls.reach import hold_browser, is_open_at, reach_of
from app.calls.references import FAR
from app.calls.said import Do, MenuSaid
from app.calls.service import direct_steps, number_lines
from app.calls.service.direct_steps import Held
from app.carrier.voice_forms import ScriptForm
from app.core.database import db
from app.directory.models import District, PhoneNumber, School


def caller_of_line(form: ScriptForm, reference: str) -> Held | None:
    """The call that goes on, if this question is about its caller's leg."""
    found = direct_steps.named(reference)
    if found is None or found[1] != FAR or found[0].line.far_call_id != form.call_id or found[0].call.is_over:
        return None
    return found[0]


def menu(one: Held, asked: int) -> MenuSaid:
    """What they may choose, said for the time number `asked` (from 0 on)."""
    staff = db.session.get(Staff, one.call.staff_id) if one.call.staff_id else None
    person = ""
    if staff is not None:
        reach = reach_of(staff, one.call.school_id)
        person = staff.shown_name if reach.is_open or reach.browser else ""
    return MenuSaid(
        do=Do.MENU, call_id=one.call.id, reference=one.line.reference(FAR), language=one.line.language,
        school=school_of(one).name, person=person,
        has_office=not person and is_open_at(one.call.school_id), can_stop=one.line.contact_point_id is not None, asked=asked,
        has_voicemail=takes_messages(one),
    )  # fmt: skip


def reached(one: Held) -> MenuSaid | None:
    """Key 1: the teacher, or the office's line. None where the menu has no such choice."""
    offered = menu(one, 0)
    if not offered.person:
        return join_line(one) if offered.has_office else None
    staff = db.session.get_one(Staff, one.call.staff_id)
    hold_browser(staff.id)
    reach = reach_of(staff, one.call.school_id)
    if reach.browser:
        return ring(one, staff, Way.BROWSER)
    return ring(one, staff, Way.PHONE) if reach.phone else replace(to_voicemail(one), is_sorry=True)


def ring(one: Held, staff: Staff, way: Way) -> MenuSaid:
    """Somebody's browser or own phone: one that was chosen for this call before the one on their record."""
    one.line.way, one.line.own_phone = way, staff.phone if way is Way.PHONE and not one.line.own_phone else one.line.own_phone
    direct_steps.come_to(one, Stage.BROWSER if way is Way.BROWSER else Stage.PHONE)
    return MenuSaid(
        do=Do.RING_BROWSER if way is Way.BROWSER else Do.RING_PHONE, call_id=one.call.id, reference=one.line.reference(FAR),
        language=one.line.language,
        person=staff.shown_name, identity=staff.uuid.hex, own_phone=one.line.own_phone or "", sender=_number(one).address,
    )  # fmt: skip


def join_line(one: Held, *, rings: bool = True) -> MenuSaid:
    """That of the office, unless calls to this number go to another phone or (`rings`) to that of somebody who signed on to it."""
    rules = number_lines.line_of_number(one.call.phone_number_id)
    if rules is not None and rings:
        if rules.forward_number:
            return _ring_phone(one, rules.forward_number)
        agent = number_lines.on_duty(rules)
        if agent is not None and agent.phone:
            one.line.answered_by_id = agent.staff_id
            return _ring_phone(one, agent.phone)
    if rules is not None and rules.forward_number:  # it rang there in vain
        return replace(to_voicemail(one), is_sorry=True)
    direct_steps.come_to(one, Stage.LINE)
    return MenuSaid(
        do=Do.LINE, call_id=one.call.id, reference=one.line.reference(FAR), language=one.line.language, queue=f"office-{one.call.school_id}"
    )


def _ring_phone(one: Held, phone: str) -> MenuSaid:
    """A phone on which a person has to press a key, as on anybody's own."""
    one.line.way, one.line.own_phone = Way.PHONE, phone
    direct_steps.come_to(one, Stage.PHONE)
    return MenuSaid(
        do=Do.RING_PHONE, call_id=one.call.id, reference=one.line.reference(FAR), language=one.line.language, own_phone=phone,
        sender=_number(one).address,
    )  # fmt: skip


def takes_messages(one: Held) -> bool:
    """Whether callers of this number may leave one."""
    rules = number_lines.line_of_number(one.call.phone_number_id)
    return rules is None or rules.takes_messages


def said_to_who_waits(one: Held) -> Greeting | None:
    """What the owner of the number wants them to hear."""
    rules = number_lines.line_of_number(one.call.phone_number_id)
    return _words(one, rules.while_waiting) if rules is not None and rules.while_waiting else None


def _words(one: Held, words: str) -> Greeting:
    return Greeting(words, db.session.get_one(District, one.call.district_id).language)


def to_voicemail(one: Held) -> MenuSaid:
    """Of whom it is for, or of the school. A number that keeps no messages says so, and the call is over."""
    rules = number_lines.line_of_number(one.call.phone_number_id)
    if rules is not None and not rules.takes_messages:
        direct_steps.finish(one, direct_steps.end_of_inbound(one))
        return MenuSaid(do=Do.NO_VOICEMAIL, language=one.line.language)
    direct_steps.come_to(one, Stage.VOICEMAIL)
    staff = db.session.get(Staff, one.call.staff_id) if one.call.staff_id else None
    return MenuSaid(
        do=Do.VOICEMAIL, call_id=one.call.id, reference=one.line.reference(FAR), language=one.line.language, school=school_of(one).name,
        person=staff.shown_name if staff else "",
        greeting=_words(one, rules.before_beep) if rules is not None and rules.before_beep
        else greeting_for(one.call.school_id, one.call.staff_id, one.line.language),
    )  # fmt: skip


def school_of(one: Held) -> School:
    """Where it rings."""
    return db.session.get_one(School, one.call.school_id)


def _number(one: Held) -> PhoneNumber:
    return db.session.get_one(PhoneNumber, one.call.phone_number_id)

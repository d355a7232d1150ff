"""What the line of a number does, who answers it, and whether those who wait in it still do."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.calls.errors import NotAPhone
from app.calls.models import Call, DirectCall, LineAgent, NumberLine
from app.calls.models.calls import GOES_ON
from app.calls.models.direct import IN_LINE
from app.calls.service import direct_sweeping
from app.calls.service.dialling import dialled
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import Conflict, HomeroomError, NotVisible
from app.core.phone_numbers import for_people
from app.directory.models import District, PhoneNumber, Purpose
from app.directory.queries.numbers import number_visible_to, speaks_for_schools_of

SHIFT = timedelta(hours=12)
LONGEST_BEFORE_BEEP, LONGEST_WHILE_WAITING = 600, 300


class LineExists(Conflict):
    """A number has one line."""

    code = "line_exists"
    advice = _l("This number has settings for its calls already. Change those.")


class WordsTooLong(HomeroomError):
    """A caller would hang up before they are said."""

    code = "words_too_long"
    advice = _l("These words are too long to be said to a caller. Shorten them.")


class OwnNumber(HomeroomError):
    """Two of our numbers must never call each other."""

    code = "own_number"
    advice = _l("This is a number of the district itself: calls would go in circles. Name another phone.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be changed; None keeps. An empty `forward_number` ends forwarding."""

    forward_number: str | None = None
    takes_messages: bool | None = None
    before_beep: str | None = None
    while_waiting: str | None = None
    phone_number_id: int | None = None


def save_line(staff: Staff, line_id: int | None, wish: Wish) -> NumberLine:
    """Set up the line of a number, or change one. Raises NotVisible, LineExists, WordsTooLong, OwnNumber, NotAPhone, NotAllowedNumber."""
    with transaction():
        if not role_allows(staff.role, Permission.MANAGE_NUMBERS):
            raise NotVisible
        line = _line(staff, line_id) if line_id is not None else NumberLine(district_id=staff.district_id)
        if wish.phone_number_id is not None and wish.phone_number_id != line.phone_number_id:
            line.phone_number_id = _free(staff, wish.phone_number_id).id
        if wish.forward_number is not None:
            line.forward_number = _elsewhere(staff, wish.forward_number) if wish.forward_number else None
        if wish.takes_messages is not None:
            line.takes_messages = wish.takes_messages
        if wish.before_beep is not None:
            line.before_beep = _short(wish.before_beep, LONGEST_BEFORE_BEEP)
        if wish.while_waiting is not None:
            line.while_waiting = _short(wish.while_waiting, LONGEST_WHILE_WAITING)
        line.changed_at = now()
        db.session.add(line)
        db.session.flush()
        number = db.session.get_one(PhoneNumber, line.phone_number_id)
        audit("number_line.saved", line, {"number": for_people(number.address)}, by=staff)
    return line


def sign_on(staff: Staff, line_id: int, *, phone: str | None = None) -> LineAgent:
    """Answer the line from now on, for SHIFT or until somebody signs on elsewhere. Raises NotVisible, NotAPhone, NotAllowedNumber."""
    with transaction():
        if not role_allows(staff.role, Permission.TRIAGE):
            raise NotVisible
        line = _line(staff, line_id)
        db.session.get_one(Staff, staff.id, with_for_update=True)
        agent = db.session.scalar(select(LineAgent).where(LineAgent.staff_id == staff.id)) or LineAgent(staff_id=staff.id)
        agent.number_line_id, agent.changed_at, agent.ends_at = line.id, now(), now() + SHIFT
        agent.phone = _elsewhere(staff, phone) if phone else None
        db.session.add(agent)
        db.session.flush()
        audit("number_line.signed_on", line, {"name": staff.name}, by=staff)
    return agent


def line_of_number(phone_number_id: int) -> NumberLine | None:
    """What its calls do, where somebody said so. One query."""
    return db.session.scalar(select(NumberLine).where(NumberLine.phone_number_id == phone_number_id))


def on_duty(line: NumberLine) -> LineAgent | None:
    """Whose phone a call is put through to: of those who have none already, who signed on first."""
    speaks = (
        select(DirectCall.answered_by_id)
        .join(Call, Call.id == DirectCall.call_id)
        .where(text(f"calls.{GOES_ON}"), DirectCall.answered_by_id.is_not(None), Call.district_id == line.district_id)
    )
    return db.session.scalar(
        select(LineAgent)
        .join(Staff, Staff.id == LineAgent.staff_id)
        .where(
            LineAgent.number_line_id == line.id, LineAgent.phone.is_not(None), LineAgent.ends_at > now(), Staff.status == "active",
            LineAgent.staff_id.not_in(speaks),
        )
        .order_by(LineAgent.changed_at, LineAgent.id)
        .limit(1)
        .with_for_update(of=LineAgent)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many waited, and how many of them had hung up without a word from the carrier."""

    asked: int
    ended: int


def refresh(app: Flask, line: NumberLine) -> Refreshed:
    """Ask the carrier about everybody who waits in the line. Never in a transaction. Raises CarrierFailed."""
    waiting = select(DirectCall.call_id).join(Call, Call.id == DirectCall.call_id).where(text(f"direct_calls.{IN_LINE}"))
    ids = list(db.session.scalars(waiting.where(Call.phone_number_id == line.phone_number_id).order_by(Call.id)))
    ended = sum(direct_sweeping.look_at(app, call_id) for call_id in ids)
    return Refreshed(len(ids), ended)


def _line(staff: Staff, line_id: int) -> NumberLine:
    """Of a number that this person may speak as: its callers are another school's families otherwise."""
    ours = select(PhoneNumber.id).where(speaks_for_schools_of(staff))
    here = (NumberLine.id == line_id, NumberLine.district_id == staff.district_id, NumberLine.phone_number_id.in_(ours))
    found = db.session.scalar(select(NumberLine).where(*here).with_for_update())
    if found is None:
        raise NotVisible
    return found


def _free(staff: Staff, phone_number_id: int) -> PhoneNumber:
    number = number_visible_to(staff, phone_number_id)
    if number.purpose == Purpose.FAX:
        raise NotAPhone
    if line_of_number(number.id) is not None:
        raise LineExists
    return number


def _elsewhere(staff: Staff, phone: str) -> str:
    address = dialled(db.session.get_one(District, staff.district_id), phone)
    if db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == address)) is not None:
        raise OwnNumber
    return address


def _short(words: str, most: int) -> str:
    said = " ".join(words.split())
    if len(said) > most:
        raise WordsTooLong
    return said

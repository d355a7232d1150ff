"""Which calls a person sees. Everything else of this room asks for a call here first."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.models import Call, ConferenceCall, ConferenceParticipant
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber, School


@dataclass(frozen=True, slots=True)
class ConferenceRow:
    """A conference as its page needs it."""

    call: Call
    settings: ConferenceCall
    starter: str
    school: School
    number: str


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Call`: one's own, and those of one's schools for who reads all that happens there."""
    reach: ColumnElement[bool] = false()
    if staff.role == Role.DISTRICT_ADMIN:
        return Call.district_id == staff.district_id
    if role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        reach = Call.school_id.in_(staff.school_ids)
    return (Call.district_id == staff.district_id) & or_(Call.staff_id == staff.id, reach)


def call_visible_to(staff: Staff, call_id: int) -> Call:
    """The call. Raises NotVisible."""
    found = db.session.scalar(select(Call).where(Call.id == call_id, is_visible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def leg_visible_to(staff: Staff, call_id: int, leg_id: int) -> ConferenceParticipant:
    """A leg of a visible call. Raises NotVisible."""
    call = call_visible_to(staff, call_id)
    found = db.session.scalar(
        select(ConferenceParticipant).where(ConferenceParticipant.id == leg_id, ConferenceParticipant.call_id == call.id)
    )
    if found is None:
        raise NotVisible
    return found


def conference_visible_to(staff: Staff, call_id: int) -> ConferenceRow:
    """What stands above its people. Raises NotVisible."""
    row = db.session.execute(
        select(Call, ConferenceCall, Staff.name, School, PhoneNumber.address)
        .join(ConferenceCall, ConferenceCall.call_id == Call.id)
        .join(Staff, Staff.id == Call.staff_id)
        .join(School, School.id == Call.school_id)
        .join(PhoneNumber, PhoneNumber.id == Call.phone_number_id)
        .where(Call.id == call_id, is_visible_to(staff))
    ).one_or_none()
    if row is None:
        raise NotVisible
    return ConferenceRow(*row)


def legs_of(call: Call) -> list[ConferenceParticipant]:
    """Everybody in it, in the order in which they were asked. Of a call that was fetched as visible."""
    legs = select(ConferenceParticipant).where(ConferenceParticipant.call_id == call.id)
    return list(db.session.scalars(legs.order_by(ConferenceParticipant.id)))

"""Which calls a person sees. Everything else of this room asks for a call here first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.permissions import Permission, role_allows
from app.calls.models import Call, ConferenceParticipant
from app.conversations.models import Participant
from app.core.database import db
from app.core.errors import NotVisible


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


def colleagues_with_phone(
    staff: Staff, *, words: str = "", phone: str = "", only: Sequence[int] | None = None, limit: int = 8
) -> list[Staff]:
    """Colleagues of one's schools who said on which phone they are reached, by a few letters of their name, that phone, or `only` these."""
    shares_school = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(staff.school_ids))
    is_near = true() if staff.role == Role.DISTRICT_ADMIN else or_(shares_school, Staff.role == Role.DISTRICT_ADMIN)
    found = select(Staff).where(
        Staff.district_id == staff.district_id,
        Staff.id != staff.id,
        are_people(),
        Staff.status == StaffStatus.ACTIVE,
        Staff.phone.is_not(None),
        is_near,
    )
    if only is not None:
        found = found.where(Staff.id.in_(only))
    if phone:
        found = found.where(Staff.phone == phone)
    for word in words.split()[:4]:
        found = found.where(Staff.name.icontains(word, autoescape=True))
    return list(db.session.scalars(found.order_by(Staff.name, Staff.id).limit(len(set(only)) if only is not None else limit)))


def phones_in(conversation_id: int) -> list[int]:
    """The contact points that take part in a thread which was fetched as visible."""
    here = (Participant.conversation_id == conversation_id, Participant.left_at.is_(None))
    rows = select(Participant.contact_point_id).where(*here, Participant.contact_point_id.is_not(None))
    return [one for one in db.session.scalars(rows) if one is not None]

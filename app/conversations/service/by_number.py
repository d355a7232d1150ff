"""Conversations with whoever has a phone number: programs know people by it, and not by our rows."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.errors import CannotReceiveTexts, NotAllowed
from app.conversations.models import Conversation
from app.conversations.queries_reach import point_of_number, stranger_of_number
from app.conversations.service import access, starting
from app.conversations.service.lines import direct_line
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint, District, PhoneNumber, School
from app.directory.queries.reach import school_visible_to, schools_of
from app.directory.service import newcomers


def start_with_number(
    staff: Staff, address: str, *, name: str = "", office: bool = False, school_id: int | None = None, number: PhoneNumber | None = None
) -> Conversation:
    """The conversation with the phone `address` (E.164), made if there is none yet.

    A number that no record of the district has becomes a person of its own, called `name`, where the role may add people. One that
    stands in a record which this person may not see is nobody's to write to. Raises as `start_direct`, and NotAllowed.
    """
    with transaction():
        access.may_write(staff)
        starting.check_office(staff, office=office)
        school, point = place_of(staff, address, name=name, school_id=school_id)
        return direct_line(school, point, owner_id=None if office else staff.id, number=number)[0]


def place_of(staff: Staff, address: str, *, name: str = "", school_id: int | None = None) -> tuple[School, ContactPoint]:
    """Whose phone that is, and for which school this person writes to it. Belongs into a transaction. Raises as `start_with_number`."""
    point = point_of_number(staff, address)
    if point is not None and point.guardian.guardianships:
        starting.refuse_point(point)
        return starting.school_for(staff, point.guardian_id, school_id), point
    point = point or _newcomer(staff, address, name)
    starting.refuse_point(point)
    return _school(staff, school_id), point


def person_of(staff: Staff, address: str, *, name: str = "", family_name: str = "") -> ContactPoint:
    """Whose phone that is; a number that no record has becomes a person. Raises NotAllowed, NotVisible, CannotReceiveTexts."""
    with transaction():
        return point_of_number(staff, address) or _newcomer(staff, address, name, family_name)


def _newcomer(staff: Staff, address: str, name: str, family_name: str = "") -> ContactPoint:
    """Somebody whom no record names. Two requests with the same new number make one person."""
    if not role_allows(staff.role, Permission.EDIT_PEOPLE):
        raise NotAllowed(_("Nobody on record has this number, and your role cannot add people. Ask the office."))
    if db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == address)) is not None:
        raise CannotReceiveTexts(_("%(number)s is one of the school's own numbers.", number=for_people(address)))
    db.session.execute(select(District.id).where(District.id == staff.district_id).with_for_update())
    if (stranger := stranger_of_number(staff, address)) is not None:
        return stranger
    on_record = select(ContactPoint.id).where(ContactPoint.district_id == staff.district_id, ContactPoint.address == address)
    if db.session.scalar(on_record.limit(1)) is not None:
        raise NotVisible
    return newcomers.add_stranger(staff, address, name=name, family_name=family_name)


def _school(staff: Staff, school_id: int | None) -> School:
    if school_id is not None:
        return school_visible_to(staff, school_id)
    schools = schools_of(staff)
    if not schools:
        raise NotVisible
    return schools[0]

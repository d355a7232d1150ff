"""Changes of the company's users, by the services that the staff page uses."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.accounts import service as accounts
from app.accounts.models import Role, Staff, StaffStatus
from app.accounts.service import Profile
from app.api.refusals import Refused, Why
from app.api.ringplan.models import Subject
from app.api.ringplan.queries.places import school_named
from app.api.ringplan.service import particulars
from app.api.ringplan.shapes.users import USER_PARTS, split_name
from app.core import phone_numbers
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.queries.reach import schools_of

LONGEST_NAME = 200
MANAGED = ("first_name", "last_name", "role", "location_ids", "activated")
"""What people cannot change of themselves on any page."""


def add_user(actor: Staff, said: Mapping[str, Any]) -> Staff:
    """Invite somebody. Unless told otherwise as a teacher, who sees only her own classes, at every location."""
    email = (said.get("contacts") or {}).get("email")
    if not email:
        raise Refused(Why.INVALID, "An invitation goes by email: send contacts.email.", field="body/contacts/email")
    with transaction():
        role = Role(said.get("role", Role.TEACHER))
        schools = _schools(actor, said) if "location_ids" in said else [school.id for school in schools_of(actor)]
        staff = accounts.invite(actor, email, name=_name("", said), role=role, school_ids=schools)
        particulars.keep(actor.district_id, Subject.USER, staff.id, _beside(said), USER_PARTS)
    return staff


def is_for_managers(said: Mapping[str, Any]) -> bool:
    """Whether it says anything that people cannot change of themselves."""
    return any(name in said for name in MANAGED)


def change_user(actor: Staff, staff: Staff, said: Mapping[str, Any]) -> None:
    """What is said of somebody. Their own phone is theirs to change, their email nobody's: they sign in with it."""
    contacts = said.get("contacts") or {}
    if (email := contacts.get("email")) and email.strip().lower() != staff.email:
        sentence = "Somebody signs in with their email, so it cannot be changed. Invite them with the other address."
        raise Refused(Why.RULE, sentence, field="body/contacts/email")
    mobile = (contacts.get("phones") or {}).get("mobile")
    with transaction():
        if is_for_managers(said):
            _manage(actor, staff, said)
        if mobile is not None:
            _ring(actor, staff, mobile)
        particulars.keep(staff.district_id, Subject.USER, staff.id, _beside(said), USER_PARTS)


def remove_user(actor: Staff, staff: Staff) -> None:
    """Let somebody in no more. What they wrote stays."""
    with transaction():
        if staff.status != StaffStatus.DEACTIVATED:
            accounts.deactivate(actor, staff.id)
        particulars.remove(staff.district_id, Subject.USER, staff.id)


def _manage(actor: Staff, staff: Staff, said: Mapping[str, Any]) -> None:
    name = _name(staff.name, said)
    accounts.change_staff(
        actor,
        staff.id,
        role=Role(said.get("role", staff.role)),
        school_ids=_schools(actor, said) if "location_ids" in said else None,
        name=name,
        job_title=staff.job_title,
    )
    if said.get("activated") is False:
        accounts.deactivate(actor, staff.id)
    elif said.get("activated") is True and staff.status == StaffStatus.DEACTIVATED:
        accounts.reactivate(actor, staff.id)


def _ring(actor: Staff, staff: Staff, text: str) -> None:
    if actor.id != staff.id:
        sentence = "Only they themselves can say which phone rings for them. Send their id in X-User-Id."
        raise Refused(Why.NOT_ALLOWED, sentence, field="body/contacts/phones/mobile")
    number = (phone_numbers.parse_or_none(text) or phone_numbers.parse_or_none(f"+{text}")) if text else None
    if text and number is None:
        raise Refused(Why.INVALID, "This is no phone number. Write it with its country code.", field="body/contacts/phones/mobile")
    person = db.session.get_one(Staff, staff.id)
    same = {name: getattr(person, name) for name in Profile.__dataclass_fields__}
    accounts.change_profile(person, replace(Profile(**same), phone=number))


def _name(now_called: str, said: Mapping[str, Any]) -> str:
    first, last = split_name(now_called)
    name = " ".join(f"{said.get('first_name', first)} {said.get('last_name', last) or ''}".split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(Why.INVALID, f"Give a name of up to {LONGEST_NAME} letters.", field="body/first_name")
    return name


def _schools(actor: Staff, said: Mapping[str, Any]) -> list[int]:
    try:
        return [school_named(actor, text).id for text in said["location_ids"]]
    except NotVisible as error:
        raise Refused(Why.RULE, "The company has no such location.", field="body/location_ids") from error


def _beside(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the house has columns for."""
    found = dict(said)
    if "contacts" in found:
        contacts = {name: value for name, value in found["contacts"].items() if name in {"fax", "phones"}}
        if "phones" in contacts:
            contacts["phones"] = {name: value for name, value in contacts["phones"].items() if name != "mobile"}
        found["contacts"] = contacts
    return found

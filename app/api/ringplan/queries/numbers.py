"""From which of the district's numbers the acting user writes by this face, and whose they are."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from app.accounts.models import Role, Staff
from app.api.identifiers import id24
from app.api.ringplan.company import Company
from app.api.ringplan.models import NumberOwner
from app.api.ringplan.writing import shown_number
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber, Purpose


def numbers_of(staff: Staff) -> list[PhoneNumber]:
    """Those that are theirs, and those of their schools that are nobody's."""
    query = select(PhoneNumber).where(_is_a_texting_number(staff), _is_for(staff)).order_by(PhoneNumber.address)
    return list(db.session.scalars(query))


def usable(staff: Staff, address: str) -> PhoneNumber | None:
    """One of these by its E.164 form."""
    return db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == address, _is_a_texting_number(staff), _is_for(staff)))


def of_district(staff: Staff, address: str) -> PhoneNumber:
    """Any of the district's. Raises NotVisible."""
    found = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == address, _is_a_texting_number(staff)))
    if found is None:
        raise NotVisible
    return found


def shown(company: Company, numbers: Collection[PhoneNumber], *, international: bool = False) -> list[dict[str, Any]]:
    """The contract's TextingNumber. One query for the owners of all."""
    owners: dict[int, list[str]] = {}
    query = select(NumberOwner.phone_number_id, Staff.email).join(Staff, Staff.id == NumberOwner.staff_id)
    for number, email in db.session.execute(
        query.where(NumberOwner.phone_number_id.in_([each.id for each in numbers])).order_by(Staff.email)
    ):
        owners.setdefault(number, []).append(email)
    return [
        {
            "id": id24(each.uuid),
            "company_id": company.id,
            "number": each.address if international else shown_number(each.address),
            "ownership": owners.get(each.id, []),
        }
        for each in numbers
    ]


def _is_a_texting_number(staff: Staff) -> ColumnElement[bool]:
    return and_(PhoneNumber.district_id == staff.district_id, PhoneNumber.purpose == Purpose.CONVERSATION, PhoneNumber.is_active.is_(True))


def _is_for(staff: Staff) -> ColumnElement[bool]:
    mine = exists().where(NumberOwner.phone_number_id == PhoneNumber.id, NumberOwner.staff_id == staff.id)
    owned = exists().where(NumberOwner.phone_number_id == PhoneNumber.id)
    here: ColumnElement[bool] = true()
    if staff.role != Role.DISTRICT_ADMIN:
        here = or_(PhoneNumber.school_id.is_(None), PhoneNumber.school_id.in_(staff.school_ids))
    return or_(mine, and_(~owned, here))

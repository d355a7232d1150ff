"""Other systems, let in as an admin of the district would do it."""

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts import service
from app.accounts.models import Bearer, BearerType, KeyMode, Role, Staff, are_people
from app.accounts.scopes import Scope
from app.core.database import db
from app.directory.models import School
from tests.factories.people import DistrictFactory, StaffFactory


def api_key(
    district_id: int | None = None,
    *,
    name: str = "Attendance sync",
    bearer_type: BearerType = BearerType.APPLICATION,
    scopes: Iterable[Scope] | None = None,
    schools: Iterable[School] | None = None,
    person: Staff | None = None,
    callback: service.Callback | None = None,
    mode: KeyMode = KeyMode.LIVE,
) -> str:
    """The token of a new key of a new bearer, in a district of its own unless told. Everything is committed."""
    return api_bearer(
        district_id, name=name, bearer_type=bearer_type, scopes=scopes, schools=schools, person=person, callback=callback, mode=mode
    )[1]


def api_bearer(
    district_id: int | None = None,
    *,
    name: str = "Attendance sync",
    bearer_type: BearerType = BearerType.APPLICATION,
    scopes: Iterable[Scope] | None = None,
    schools: Iterable[School] | None = None,
    person: Staff | None = None,
    callback: service.Callback | None = None,
    mode: KeyMode = KeyMode.LIVE,
) -> tuple[Bearer, str]:
    """The same with the bearer. `bearer.staff_id` is who acts."""
    if district_id is None:
        district_id = person.district_id if person is not None else DistrictFactory().id
    admin = _admin_of(district_id)
    db.session.commit()
    school_ids = None if schools is None else [school.id for school in schools]
    if person is not None:
        bearer_type = BearerType.USER
    bearer = service.create_bearer(
        admin, name=name, bearer_type=bearer_type, person=person, school_ids=school_ids, callback=callback or service.Callback()
    )
    return bearer, service.create_key(admin, bearer.id, scopes=scopes, mode=mode).token


def _admin_of(district_id: int) -> Staff:
    admin = db.session.scalar(
        select(Staff).where(Staff.district_id == district_id, Staff.role == Role.DISTRICT_ADMIN, are_people()).order_by(Staff.id).limit(1)
    )
    return admin or StaffFactory(district=None, district_id=district_id, role=Role.DISTRICT_ADMIN, name="Thandi Mokoena")

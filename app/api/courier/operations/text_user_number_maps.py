"""Which user uses which number."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import NumberOfUser
from app.api.courier.queries.organizations import ids_of, place_named
from app.api.courier.texting import accounts, user_numbers
from app.api.refusals import Refused, Why
from app.core.database import db
from app.directory.models import PhoneNumber


@face.operation("listTextUserNumberMaps", scope=Scope.READ_TEXTS)
def list_text_user_number_maps(asked: Asked) -> Answer:
    """By number, organization or user."""
    wanted = user_numbers.maps_of(asked.staff).order_by(NumberOfUser.id)
    if asked.query.get("filter[number-id]"):
        wanted = wanted.where(NumberOfUser.phone_number_id == accounts.number_named(asked.staff, asked.query["filter[number-id]"]).id)
    if asked.query.get("filter[organization-id]"):
        place = place_named(asked.staff, asked.query["filter[organization-id]"])
        wanted = wanted.where(NumberOfUser.school_id.is_not_distinct_from(place.school_id))
    if asked.query.get("filter[user-id]"):
        users = select(Staff.id).where(Staff.uuid == UUID(asked.query["filter[user-id]"]), Staff.district_id == asked.caller.district_id)
        wanted = wanted.where(NumberOfUser.staff_id.in_(users))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _shown(asked, rows)))


@face.operation("createTextUserNumberMap", scope=Scope.MANAGE)
def create_text_user_number_map(asked: Asked) -> Answer:
    """New conversations that this user begins by this surface are held from it."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    number = accounts.number_named(asked.staff, wanted["number-id"], field="body/data/attributes/number-id")
    user = user_numbers.user_named(asked.staff, wanted["user-id"])
    return Answer(201, jsonapi.document(_shown(asked, [user_numbers.give(asked.staff, user, place, number)])[0]))


@face.operation("getTextUserNumberMap", scope=Scope.READ_TEXTS)
def get_text_user_number_map(asked: Asked) -> Answer:
    """One."""
    found = db.session.scalar(user_numbers.maps_of(asked.staff).where(NumberOfUser.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no pairing of a user and a number of this id.")
    return Answer(body=jsonapi.document(_shown(asked, [found])[0]))


def _shown(asked: Asked, rows: Sequence[NumberOfUser]) -> list[Resource]:
    homes = ids_of(asked.staff, {row.school_id for row in rows})
    numbers = select(PhoneNumber.id, PhoneNumber.uuid).where(PhoneNumber.id.in_({row.phone_number_id for row in rows}))
    users = select(Staff.id, Staff.uuid).where(Staff.id.in_({row.staff_id for row in rows}))
    by_number, by_user = dict(db.session.execute(numbers).all()), dict(db.session.execute(users).all())
    return [
        resource(
            "text-user-number-maps",
            row.uuid,
            {
                "created-at": moment(row.created_at),
                "number-id": str(by_number[row.phone_number_id]),
                "organization-id": homes[row.school_id],
                "user-id": str(by_user[row.staff_id]),
            },
        )
        for row in rows
    ]

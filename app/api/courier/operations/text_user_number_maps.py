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
from app.api.courier.jsonapi import Resource
from app.api.courier.models import NumberOfUser
from app.api.courier.queries import user_numbers as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.text_accounts import number_named
from app.api.courier.service.user_numbers import give
from app.api.courier.shapes import text_accounts as shapes


@face.operation("listTextUserNumberMaps", scope=Scope.READ_TEXTS)
def list_text_user_number_maps(asked: Asked) -> Answer:
    """By number, organization or user."""
    wanted = queries.maps_of(asked.staff).order_by(NumberOfUser.id)
    if asked.query.get("filter[number-id]"):
        wanted = wanted.where(NumberOfUser.phone_number_id == number_named(asked.staff, asked.query["filter[number-id]"]).id)
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
    number = number_named(asked.staff, wanted["number-id"], field="body/data/attributes/number-id")
    user = queries.user_named(asked.staff, wanted["user-id"])
    return Answer(201, jsonapi.document(_shown(asked, [give(asked.staff, user, place, number)])[0]))


@face.operation("getTextUserNumberMap", scope=Scope.READ_TEXTS)
def get_text_user_number_map(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_shown(asked, [queries.map_named(asked.staff, jsonapi.path_id(asked))])[0]))


def _shown(asked: Asked, rows: Sequence[NumberOfUser]) -> list[Resource]:
    return [shapes.user_number(each) for each in queries.maps_shown(asked.staff, rows)]

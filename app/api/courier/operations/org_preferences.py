"""How an organization wants messages to be."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi, preferences
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import OrgPreference
from app.api.courier.queries.organizations import Place, place_named


@face.operation("listOrgPreferences", scope=Scope.READ_PEOPLE)
def list_org_preferences(asked: Asked) -> Answer:
    """All of them; what nobody said for a school is as its district has it."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    rows = [row for row in preferences.preferences_of(place) if asked.query.get("filter[name]") in {None, row.name}]
    return Answer(body=jsonapi.whole([_shape(row, place) for row in rows], asked))


@face.operation("setOrgPreference", scope=Scope.MANAGE)
def set_org_preference(asked: Asked) -> Answer:
    """Say one."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    row = preferences.set_preference(
        asked.staff, place, wanted["name"], kind=wanted["type"], value=wanted.get("value"), value_js=wanted.get("value-js")
    )
    return Answer(201, jsonapi.document(_shape(row, place)))


def _shape(row: OrgPreference, place: Place) -> Resource:
    return resource(
        "org-preferences",
        row.uuid,
        {
            "created-at": moment(row.created_at),
            "explicit": preferences.is_explicit(row),
            "name": row.name,
            "organization-id": str(place.uuid),
            "type": row.kind,
            "value": row.value,
            "value-js": row.value_js,
        },
    )

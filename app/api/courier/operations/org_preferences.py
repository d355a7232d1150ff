"""How an organization wants messages to be."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.preferences import preferences_of
from app.api.courier.service.preferences import set_preference
from app.api.courier.shapes.preferences import preference


@face.operation("listOrgPreferences", scope=Scope.READ_PEOPLE)
def list_org_preferences(asked: Asked) -> Answer:
    """All of them; what nobody said for a school is as its district has it."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    rows = [row for row in preferences_of(place) if asked.query.get("filter[name]") in {None, row.name}]
    return Answer(body=jsonapi.whole([preference(row, place.uuid) for row in rows], asked))


@face.operation("setOrgPreference", scope=Scope.MANAGE)
def set_org_preference(asked: Asked) -> Answer:
    """Say one."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    row = set_preference(
        asked.staff, place, wanted["name"], kind=wanted["type"], value=wanted.get("value"), value_js=wanted.get("value-js")
    )
    return Answer(201, jsonapi.document(preference(row, place.uuid)))

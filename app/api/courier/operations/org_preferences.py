"""How an organization wants messages to be."""

from typing import Any

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import preferences
from app.api.courier.face import face
from app.api.courier.models import OrgPreference
from app.api.courier.places import Place, place_named
from app.api.courier.resources import MADE, attributes, many, one, resource, stamp


@face.operation("listOrgPreferences", scope=Scope.READ_PEOPLE)
def list_org_preferences(asked: Asked) -> Answer:
    """All of them; what nobody said for a school is as its district has it."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    rows = [row for row in preferences.preferences_of(place) if asked.query.get("filter[name]") in {None, row.name}]
    return many([_shape(row, place) for row in rows], limit=len(preferences.NAMES), offset=0, total=len(rows))


@face.operation("setOrgPreference", scope=Scope.MANAGE)
def set_org_preference(asked: Asked) -> Answer:
    """Say one."""
    wanted = attributes(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    row = preferences.set_preference(
        asked.staff, place, wanted["name"], kind=wanted["type"], value=wanted.get("value"), value_js=wanted.get("value-js")
    )
    return one(_shape(row, place), MADE)


def _shape(row: OrgPreference, place: Place) -> dict[str, Any]:
    return resource(
        "org-preferences",
        row.uuid,
        {
            "created-at": stamp(row.created_at),
            "explicit": preferences.is_explicit(row),
            "name": row.name,
            "organization-id": str(place.uuid),
            "type": row.kind,
            "value": row.value,
            "value-js": row.value_js,
        },
    )

"""The district and its schools."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.queries.organizations import place_named, places_of
from app.api.courier.shapes import people as shapes


@face.operation("listOrganizations", scope=Scope.READ_PEOPLE)
def list_organizations(asked: Asked) -> Answer:
    """By name, the district first."""
    found = places_of(acting(asked), asked.query.get("filter[name]") or "")
    return Answer(body=jsonapi.whole([shapes.organization(each) for each in found], asked))


@face.operation("getOrganization", scope=Scope.READ_PEOPLE)
def get_organization(asked: Asked) -> Answer:
    """One."""
    found = place_named(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shapes.organization(found)))

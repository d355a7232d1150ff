"""Questions whether texts are welcome, and what was answered."""

from collections.abc import Sequence

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import ConsentRequest
from app.api.courier.queries import consents as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.service.consents import ask
from app.api.courier.shapes import consents as shapes
from app.core.ids import uuid_or_none
from app.directory.models import Guardian


@face.operation("listUserConsents", scope=Scope.READ_PEOPLE)
def list_user_consents(asked: Asked) -> Answer:
    """By organization or user, the newest first."""
    wanted = queries.requests_visible_to(asked.staff).order_by(ConsentRequest.id.desc())
    if asked.query.get("filter[organization-id]"):
        place = place_named(asked.staff, asked.query["filter[organization-id]"])
        wanted = wanted.where(place.narrows(ConsentRequest.school_id))
    if asked.query.get("filter[user-id]"):
        wanted = wanted.where(Guardian.uuid == uuid_or_none(asked.query["filter[user-id]"]))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _shown(asked, rows)))


@face.operation("requestUserConsent", scope=Scope.SEND_TEXTS)
def request_user_consent(asked: Asked) -> Answer:
    """Send the question."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    guardian = queries.guardian_named(asked.staff, wanted["user-id"])
    texts = (wanted.get("args") or {}).get("messages") or {}
    return Answer(201, jsonapi.document(_shown(asked, [ask(asked.staff, place, guardian, texts)])[0]))


@face.operation("getUserConsent", scope=Scope.READ_PEOPLE)
def get_user_consent(asked: Asked) -> Answer:
    """One."""
    found = queries.request_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_shown(asked, [found])[0]))


def _shown(asked: Asked, rows: Sequence[ConsentRequest]) -> list[Resource]:
    return [shapes.consent(each) for each in queries.requests_shown(asked.staff, rows)]

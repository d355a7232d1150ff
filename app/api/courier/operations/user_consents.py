"""Questions whether texts are welcome, and what was answered."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import ConsentRequest
from app.api.courier.queries.organizations import ids_of, place_named
from app.api.courier.texting import consents
from app.api.refusals import Refused, Why
from app.core.database import db
from app.core.ids import uuid_or_none
from app.directory.models import ContactPoint, Guardian


@face.operation("listUserConsents", scope=Scope.READ_PEOPLE)
def list_user_consents(asked: Asked) -> Answer:
    """By organization or user, the newest first."""
    wanted = consents.requests_visible_to(asked.staff).order_by(ConsentRequest.id.desc())
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
    guardian = consents.guardian_named(asked.staff, wanted["user-id"])
    texts = (wanted.get("args") or {}).get("messages") or {}
    return Answer(201, jsonapi.document(_shown(asked, [consents.ask(asked.staff, place, guardian, texts)])[0]))


@face.operation("getUserConsent", scope=Scope.READ_PEOPLE)
def get_user_consent(asked: Asked) -> Answer:
    """One."""
    found = db.session.scalar(consents.requests_visible_to(asked.staff).where(ConsentRequest.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no consent of this id.")
    return Answer(body=jsonapi.document(_shown(asked, [found])[0]))


def _shown(asked: Asked, rows: Sequence[ConsentRequest]) -> list[Resource]:
    homes = ids_of(asked.staff, {row.school_id for row in rows})
    people = dict(db.session.execute(select(Guardian.id, Guardian.uuid).where(Guardian.id.in_({row.guardian_id for row in rows}))).all())
    wanted = {row.contact_point_id for row in rows}
    points = dict(db.session.execute(select(ContactPoint.id, ContactPoint.uuid).where(ContactPoint.id.in_(wanted))).all())
    return [
        resource(
            "user-consents",
            row.uuid,
            {
                "args": {"messages": {"accept": row.accept, "initial": row.initial, "invalid-response": row.invalid_response}},
                "created-at": moment(row.created_at),
                "last-modified-at": moment(row.changed_at),
                "organization-id": homes[row.school_id],
                "state": row.state,
                "target-id": str(points[row.contact_point_id]),
                "type": "sms",
                "user-id": str(people[row.guardian_id]),
            },
        )
        for row in rows
    ]

"""What the carrier knows of a number."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import NumberLookup
from app.api.courier.texting import lookups
from app.api.refusals import Refused, Why
from app.core.database import db


@face.operation("listTextNumberInfo", scope=Scope.READ_PEOPLE)
def list_text_number_info(asked: Asked) -> Answer:
    """What is known of a number, without asking the carrier."""
    wanted = lookups.lookups_of(asked.staff).where(NumberLookup.number == asked.query["number"]).order_by(NumberLookup.id)
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: [_shape(row) for row in rows]))


@face.operation("createTextNumberInfo", scope=Scope.SEND_TEXTS)
def create_text_number_info(asked: Asked) -> Answer:
    """Ask the carrier, unless it was asked before."""
    wanted = jsonapi.given(asked)
    return Answer(201, jsonapi.document(_shape(lookups.look_up(asked.staff, wanted["number"], again=bool(wanted.get("reresolve"))))))


@face.operation("getTextNumberInfo", scope=Scope.READ_PEOPLE)
def get_text_number_info(asked: Asked) -> Answer:
    """One."""
    found = db.session.scalar(lookups.lookups_of(asked.staff).where(NumberLookup.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no lookup of this id.")
    return Answer(body=jsonapi.document(_shape(found)))


def _shape(row: NumberLookup) -> Resource:
    return resource(
        "text-number-info",
        row.uuid,
        {
            "carrier-name": row.carrier_name,
            "created-at": moment(row.created_at),
            "error": row.error,
            "last-modified-at": moment(row.changed_at),
            "mobile-country-code": None,
            "mobile-network-code": None,
            "number": row.number,
            "status": row.state,
            "type": row.kind,
        },
    )

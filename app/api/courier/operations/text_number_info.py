"""What the carrier knows of a number."""

from typing import Any

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier.face import face
from app.api.courier.models import NumberLookup
from app.api.courier.resources import MADE, attributes, id_of, one, page, resource, stamp
from app.api.courier.texting import lookups
from app.api.refusals import Refused, Why
from app.core.database import db


@face.operation("listTextNumberInfo", scope=Scope.READ_PEOPLE)
def list_text_number_info(asked: Asked) -> Answer:
    """What is known of a number, without asking the carrier."""
    wanted = lookups.lookups_of(asked.staff).where(NumberLookup.number == asked.query["number"]).order_by(NumberLookup.id)
    return page(asked, wanted, _shape)


@face.operation("createTextNumberInfo", scope=Scope.SEND_TEXTS)
def create_text_number_info(asked: Asked) -> Answer:
    """Ask the carrier, unless it was asked before."""
    wanted = attributes(asked)
    return one(_shape(lookups.look_up(asked.staff, wanted["number"], again=bool(wanted.get("reresolve")))), MADE)


@face.operation("getTextNumberInfo", scope=Scope.READ_PEOPLE)
def get_text_number_info(asked: Asked) -> Answer:
    """One."""
    found = db.session.scalar(lookups.lookups_of(asked.staff).where(NumberLookup.uuid == id_of(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no lookup of this id.")
    return one(_shape(found))


def _shape(row: NumberLookup) -> dict[str, Any]:
    return resource(
        "text-number-info",
        row.uuid,
        {
            "carrier-name": row.carrier_name,
            "created-at": stamp(row.created_at),
            "error": row.error,
            "last-modified-at": stamp(row.changed_at),
            "mobile-country-code": None,
            "mobile-network-code": None,
            "number": row.number,
            "status": row.state,
            "type": row.kind,
        },
    )

"""What the carrier knows of a number."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.models import NumberLookup
from app.api.courier.queries import lookups as queries
from app.api.courier.service.lookups import look_up
from app.api.courier.shapes import lookups as shapes


@face.operation("listTextNumberInfo", scope=Scope.READ_PEOPLE)
def list_text_number_info(asked: Asked) -> Answer:
    """What is known of a number, without asking the carrier."""
    wanted = queries.lookups_of(asked.staff).where(NumberLookup.number == asked.query["number"]).order_by(NumberLookup.id)
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: [shapes.lookup(row) for row in rows]))


@face.operation("createTextNumberInfo", scope=Scope.SEND_TEXTS)
def create_text_number_info(asked: Asked) -> Answer:
    """Ask the carrier, unless it was asked before."""
    wanted = jsonapi.given(asked)
    return Answer(201, jsonapi.document(shapes.lookup(look_up(asked.staff, wanted["number"], again=bool(wanted.get("reresolve"))))))


@face.operation("getTextNumberInfo", scope=Scope.READ_PEOPLE)
def get_text_number_info(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(shapes.lookup(queries.lookup_named(asked.staff, jsonapi.path_id(asked)))))

"""Numbers that text."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.queries import numbers
from app.api.ringplan.service import texting
from app.api.ringplan.writing import told_number

INTERNATIONAL = "international"


@face.operation("listTextingNumbers", scope=Scope.READ_TEXTS)
def list_numbers(asked: Asked) -> Answer:
    """From which the acting user writes."""
    is_international = asked.query.get("numformat") == INTERNATIONAL
    found = numbers.numbers_of(asked.staff)
    return Answer(body=numbers.shown(company_of(asked.staff), found, international=is_international))


@face.operation("setNumberOwners", scope=Scope.MANAGE)
def set_owners(asked: Asked) -> Answer:
    """Who writes from it by this face."""
    number = numbers.of_district(asked.staff, told_number(asked.path["number"], field="path/number"))
    texting.set_owners(asked.staff, number, asked.body)
    return Answer(body=numbers.shown(company_of(asked.staff), [number])[0])

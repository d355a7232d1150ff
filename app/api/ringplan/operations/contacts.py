"""Texting contacts."""

from typing import Any

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.face import missing_scope
from app.api.refusals import Refused, Why
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import contacts
from app.api.ringplan.service import texting
from app.api.ringplan.shapes.texting import contact
from app.api.ringplan.writing import told_number
from app.core.errors import NotVisible


@face.operation("listTextingContacts", scope=Scope.READ_PEOPLE)
def list_contacts(asked: Asked) -> Answer:
    """Phones of people within reach, by name."""
    page, size = asked.query["page"], asked.query["per_page"]
    found, total = contacts.page_of(asked.staff, asked.query.get("search", ""), page=page, size=size)
    company = company_of(asked.staff)
    return paged([contact(row, company) for row in found], total, page=page, size=size)


@face.operation("getTextingContact", scope=Scope.READ_PEOPLE)
def get_contact(asked: Asked) -> Answer:
    """One of them."""
    point = contacts.named(asked.staff, asked.path["texting_contact_id"])
    return Answer(body=contact(contacts.row_of(point), company_of(asked.staff)))


@face.operation("createTextingContact", scope=(Scope.READ_PEOPLE, Scope.WRITE_PEOPLE))
def create_contact(asked: Asked) -> Answer:
    """Whose number this is, or a new person, which takes a key that may write people."""
    address, names = _said(asked.body)
    if not asked.caller.may(Scope.WRITE_PEOPLE):
        known = contacts.of_number(asked.staff, address)
        if known is None:
            raise missing_scope(Scope.WRITE_PEOPLE)
        return Answer(200, contact(contacts.row_of(known), company_of(asked.staff)))
    try:
        point, is_new = texting.add_contact(asked.staff, address, **names)
    except NotVisible as error:
        sentence = "This number stands in a record that the acting user may not see. Ask the office."
        raise Refused(Why.RULE, sentence, field="body/number") from error
    return Answer(201 if is_new else 200, contact(contacts.row_of(point), company_of(asked.staff)))


@face.operation("updateTextingContact", scope=Scope.WRITE_PEOPLE)
def update_contact(asked: Asked) -> Answer:
    """Another name or number."""
    address, names = _said(asked.body)
    point = contacts.named(asked.staff, asked.path["texting_contact_id"])
    texting.change_contact(asked.staff, point, address, **names)
    return Answer(body=contact(contacts.row_of(point), company_of(asked.staff)))


def _said(body: dict[str, Any]) -> tuple[str, dict[str, str]]:
    names = {name: " ".join(body.get(name, "").split()) for name in ("first_name", "last_name")}
    if any(len(name) > texting.LONGEST_NAME for name in names.values()):
        raise Refused(Why.INVALID, f"A name has at most {texting.LONGEST_NAME} letters.", field="body/first_name")
    return told_number(body["number"], field="body/number"), names

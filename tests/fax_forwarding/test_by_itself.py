"""What arrives at a number goes to that number's destinations."""

import pytest

from app.core.clock import now
from app.core.database import db
from app.fax.models import Fax, FaxDestination
from tests.factories.faxes import fax, fax_number
from tests.fax_forwarding.conftest import CLINIC, Desk, document

NURSE = "nurse@cedar.test"


def destination(desk: Desk, address: str = NURSE, **more: object) -> FaxDestination:
    number = fax_number(desk.school)
    values = {"district_id": desk.school.district_id, "phone_number_id": number.id, "address": address, "way": "attached"}
    one = FaxDestination(**(values | more))
    db.session.add(one)
    db.session.commit()
    return one


def test_a_fax_that_arrives_goes_to_each_destination_once(desk: Desk) -> None:
    destination(desk)
    destination(desk, CLINIC, way="link")
    destination(desk, "off@cedar.test", is_active=False)
    destination(desk, "offered@cedar.test", phone_number_id=None)
    desk.arrives(desk.fax)
    desk.arrives(desk.fax)  # told twice
    desk.work()
    assert desk.mailing.office.by_address() == {NURSE: 1, CLINIC: 1}
    (letter,) = desk.letters(NURSE)
    assert [file.get_content_type() for file in letter.iter_attachments()] == ["application/pdf"]
    said = letter.get_body(("plain",)).get_content()
    assert "is forwarded to you by itself" in said
    assert "Nobody reads answers" in said
    assert letter["Reply-To"] is None
    assert [(row.status, row.staff_id) for row in desk.rows()] == [("sent", None)] * 2


@pytest.mark.parametrize("why", ["hidden", "deleted", "outbound", "another number"])
def test_what_is_junk_or_ours_goes_nowhere(desk: Desk, why: str) -> None:
    destination(desk)
    one = db.session.get_one(Fax, desk.fax.id)
    if why == "hidden":
        one.hidden_at = now()
    elif why == "deleted":
        one.deleted_at = now()
    elif why == "another number":
        one.phone_number_id = desk.mailing.people.number.id
    else:
        one = fax(desk.school, direction="out", status="sent", document_key=document(), provider_id=None)
    desk.arrives(one)
    desk.work()
    assert desk.rows() == []
    assert desk.mailing.office.letters == []


def test_what_a_number_gets_after_a_person_forwarded_it_goes_there_all_the_same(desk: Desk) -> None:
    destination(desk)
    desk.forward(NURSE, way="link")
    desk.arrives(desk.fax)
    desk.work()
    assert desk.mailing.office.by_address() == {NURSE: 2}  # a person's words are not the number's rule

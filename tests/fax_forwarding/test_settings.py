"""Settings of faxes: numbers, and where what arrives there goes."""

import re

import pytest

from app.accounts.models import AuditEvent, Role
from app.core.database import db
from app.fax.models import FaxDestination
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import fax_number
from tests.fax_forwarding.conftest import CLINIC, Desk
from tests.fax_forwarding.test_by_itself import destination


@pytest.fixture
def principal(desk: Desk):
    return desk.window(StaffFactory(role=Role.SCHOOL_ADMIN, schools=[desk.school]))


def test_an_address_is_added_stopped_used_again_and_removed(desk: Desk, principal) -> None:
    number = fax_number(desk.school)
    form = {"number": str(number.id), "address": " Records@Clinic.test ", "name": "Cascade  Pediatrics", "way": "attached"}
    assert principal.post("/fax/settings/destinations", data=form).status_code == 303
    (row,) = db.session.query(FaxDestination)
    assert (row.address, row.name, row.way, row.phone_number_id) == (CLINIC, "Cascade Pediatrics", "attached", number.id)
    twice = principal.post("/fax/settings/destinations", data=form)
    assert twice.status_code == 422
    assert "in the list already" in twice.text
    assert principal.post("/fax/settings/destinations", data={"address": CLINIC}).status_code == 303  # offered is another thing
    for act, is_active in (("off", False), ("on", True)):
        principal.post(f"/fax/settings/destinations/{row.id}", data={"act": act})
        assert db.session.get_one(FaxDestination, row.id).is_active is is_active
    desk.arrives(desk.fax)
    desk.work()
    assert len(desk.letters()) == 1
    principal.post(f"/fax/settings/destinations/{row.id}", data={"act": "remove"})
    assert db.session.query(FaxDestination).count() == 1
    actions = {one.action for one in db.session.query(AuditEvent).filter(AuditEvent.action.like("fax_destination%"))}
    assert actions == {f"fax_destination.{one}" for one in ("added", "offered", "off", "on", "removed")}


def test_what_is_no_address_stays_in_its_field(desk: Desk, principal) -> None:
    number = fax_number(desk.school)
    answer = principal.post("/fax/settings/destinations", data={"number": str(number.id), "address": "nowhere", "name": "Nurse"})
    assert answer.status_code == 422
    assert re.search(rf'id="address-{number.id}"[^>]*value="nowhere"[^>]*aria-invalid', answer.text)
    assert db.session.query(FaxDestination).count() == 0


def test_a_school_sees_its_own_numbers_and_a_district_all(desk: Desk, principal) -> None:
    next_door = SchoolFactory(district=None, district_id=desk.school.district_id)
    mine, theirs = fax_number(desk.school), fax_number(next_door)
    row = destination(desk, phone_number_id=theirs.id)
    assert f"fax-n{mine.id}" in principal.get("/fax/settings").text
    assert f"fax-n{theirs.id}" not in principal.get("/fax/settings").text
    assert principal.post("/fax/settings/destinations", data={"number": str(theirs.id), "address": CLINIC}).status_code == 404
    assert principal.post(f"/fax/settings/destinations/{row.id}", data={"act": "remove"}).status_code == 404
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    assert f"fax-n{theirs.id}" in admin.get("/fax/settings").text
    assert admin.post(f"/fax/settings/destinations/{row.id}", data={"act": "remove"}).status_code == 303
    assert desk.browser.get("/fax/settings").status_code == 403
    assert principal.post("/fax/settings/keeping", data={"years": "1", "days": "1"}).status_code == 403
    assert "A district admin can change this" in principal.get("/fax/settings").text


def test_a_text_number_is_no_fax_number(desk: Desk, principal) -> None:
    number = desk.mailing.people.number
    number.school_id = desk.school.id
    assert principal.post("/fax/settings/destinations", data={"number": str(number.id), "address": CLINIC}).status_code == 404

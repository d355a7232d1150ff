"""What came by fax is faxed on, as staff turned its pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.accounts.models import AuditEvent, Role
from app.core.clock import now
from app.core.database import db
from app.fax.models import Fax, FaxPage, Paper
from app.fax.paperwork import turn
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import FaxFactory, fax
from tests.fax.sending.conftest import Office
from tests.fax.sending.test_sending import press


def test_the_pages_of_what_came_go_to_another_number_as_they_were_turned(office: Office) -> None:
    came = fax(office.school, pages=2, subject="Immunization record, J. W.", is_restricted=True, phone_number_id=office.number.id)
    db.session.query(FaxPage).filter_by(fax_id=came.id, number=1).one().turn = 90
    db.session.commit()
    assert "Send on by fax" in office.browser.get(f"/fax/{came.id}").text
    key = {"uuid": str(uuid4())}
    place = office.browser.post(f"/fax/{came.id}/on", data=key).location
    assert office.browser.post(f"/fax/{came.id}/on", data=key).location == place  # pressed twice it is one
    draft = db.session.query(Fax).filter_by(copy_of_id=came.id).one()
    assert place == f"/fax/{draft.id}/edit"
    assert (draft.address, draft.subject, draft.is_restricted, draft.phone_number_id) == ("", came.subject, True, office.number.id)
    with office.app.app_context():
        turn()
    db.session.expire_all()
    assert "2 pages + cover = 3" in office.page(draft)
    first, second = db.session.query(FaxPage).filter_by(fax_id=draft.id).order_by(FaxPage.number)
    assert first.height < second.height  # it lies on its side
    press(office, draft, "send")
    sent = db.session.get_one(Fax, draft.id, populate_existing=True)
    assert (sent.status, sent.pages) == ("queued", 3)
    assert db.session.query(AuditEvent).filter_by(action="fax.sent_on").count() == 1


@pytest.mark.parametrize("fields", [{"paper": Paper.WAITING, "paper_due_at": now() + timedelta(days=1)}, {"paper": Paper.BROKEN}])
def test_what_has_no_pages_cannot_be_sent_on(office: Office, fields: dict[str, object]) -> None:
    came = FaxFactory(school=office.school, **fields)
    assert office.browser.post(f"/fax/{came.id}/on").location == f"/fax/{came.id}"
    assert "The pages of this fax are not here yet" in office.browser.get(f"/fax/{came.id}").text
    assert db.session.query(Fax).count() == 1


def test_only_who_sees_it_and_works_with_faxes_sends_it_on(office: Office, sign_in: SignIn) -> None:
    came = fax(office.school)
    elsewhere = SchoolFactory(district=None, district_id=office.school.district_id)
    for browser, status in (
        (sign_in(StaffFactory(role=Role.VIEWER, schools=[office.school])), 403),
        (sign_in(StaffFactory(role=Role.OFFICE, schools=[elsewhere])), 404),
    ):
        assert browser.post(f"/fax/{came.id}/on").status_code == status
    assert db.session.query(Fax).count() == 1

"""From the button to the machine: over the outbox, the carrier's own interface and a network that can be busy."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Role
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from app.directory.models import Consent
from app.fax.models import Fax, FaxContact, FaxPart
from app.fax.paperwork import turn
from app.fax.purge_job import purge_due
from app.live.models import LiveEvent
from tests.conftest import SignIn
from tests.delivery.conftest import house
from tests.delivery.fax.conftest import Faxes, faxes
from tests.delivery.house import House
from tests.factories import SchoolFactory, StaffFactory
from tests.fax.sending.conftest import Office, pdf

__all__ = ["faxes", "house"]
GOOD, BUSY, BREAKS_AFTER_1, BUSY_TWICE, A_PERSON = "+15035550177", "+15035559001", "+15035559005", "+15035559007", "+15035559003"


@dataclass
class Line:
    """An office whose faxes really leave."""

    office: Office
    faxes: Faxes
    district_id: int

    def write(self, number: str, *, pages: int = 2, **fields: str) -> Fax:
        """A draft with its pages, to a machine that is known as one."""
        self.know(number)
        fax = self.office.begin(number=number, **fields)
        self.office.upload(fax, pdf(pages))
        turn()
        db.session.expire_all()
        return fax

    def know(self, number: str) -> None:
        """A machine answered there once, so that no night holds a fax."""
        if not db.session.query(FaxContact).filter_by(address=number).first():
            db.session.add(FaxContact(district_id=self.district_id, address=number, name="", is_machine=True))

    def send(self, fax: Fax, **fields: str) -> None:
        """Press the button."""
        form = self.office.form(uuid=str(fax.uuid), edition=str(fax.edition), act="send", number=fax.address, **fields)
        assert self.office.browser.post(f"/fax/{fax.id}/edit", data=form).status_code == 303

    def go(self, fax: Fax, *, times: int = 1) -> Fax:
        """It becomes due so often, and everything is heard of it."""
        for _time in range(times):
            delivery = db.session.get_one(Delivery, db.session.get_one(Fax, fax.id, populate_existing=True).delivery_id)
            self.faxes.come_due(delivery)
            self.faxes.go()
        db.session.expire_all()
        return db.session.get_one(Fax, fax.id)

    def mend(self, number: str) -> None:
        """From now on that machine takes what comes."""
        self.faxes.house.network.control("fax_machines", {"number": number, "name": "Mended", "behaviour": "9013"})

    def shown(self, fax: Fax) -> str:
        """The pane beside the list."""
        answer = self.office.browser.get(f"/fax/{fax.id}?box=sent")
        assert answer.status_code == 200
        return answer.text

    def retry(self, fax: Fax, **fields: str) -> Any:
        """The form below a failure."""
        self.know(fields.get("number", fax.address))
        usual = {"number": fax.address, "name": fax.name, "attention": fax.attention, "which": "all", "when": "now", "quality": "fine"}
        return self.office.browser.post(f"/fax/{fax.id}/retry", data=usual | fields)


@pytest.fixture
def app(house: House) -> Flask:
    """The application that answers on a port."""
    return house.app


@pytest.fixture
def line(faxes: Faxes, app: Flask, sign_in: SignIn) -> Line:
    school = SchoolFactory(district=None, district_id=faxes.number.district_id, name="Cedar Grove Elementary School")
    faxes.number.school_id = school.id
    staff = StaffFactory(role=Role.OFFICE, schools=[school], name="Marisol Vega")
    db.session.commit()
    return Line(Office(app, staff, school, faxes.number, sign_in(staff)), faxes, school.district_id)


def test_a_fax_arrives_with_all_its_pages(line: Line) -> None:
    fax = line.write(GOOD)
    line.send(fax)
    sent = line.go(fax)
    assert (sent.status, sent.sent_pages, sent.failure) == ("sent", 3, None)
    (there,) = line.faxes.at_the_network()
    assert there["pages"] == 3
    page = line.shown(fax)
    assert "Delivered." in page
    assert "Try 1 of 1" in page
    assert db.session.query(FaxContact).filter_by(address=GOOD).one().name == "Marlowe Park School"
    assert db.session.query(LiveEvent).filter_by(name="fax:changed").count() >= 3


def test_what_is_busy_three_times_is_corrected_and_arrives(line: Line) -> None:
    fax = line.write(BUSY)
    line.send(fax)
    waits = line.go(fax)
    assert (waits.status, waits.failure) == ("queued", "fax_busy")
    assert "It is tried again at" in line.shown(fax)
    assert "Try 1 of 3" in line.shown(fax)
    failed = line.go(fax, times=2)
    assert (failed.status, failed.failure) == ("failed", "fax_busy")
    page = line.shown(fax)
    for words in (
        "The line was busy 3 times.",
        "Try 3 of 3",
        "Try 1 of 3",
        "Edit and try again",
        "out of paper",
        "Failed tries cost nothing",
    ):
        assert words in page
    assert "Which pages" not in page  # none arrived
    assert line.retry(fax, number=GOOD).status_code == 303
    arrived = line.go(fax)
    assert (arrived.status, arrived.address) == ("sent", GOOD)
    assert db.session.query(Delivery).filter_by(owner_kind="fax", state="failed", settled_at=None).count() == 0
    assert "Try 1 of 1" in line.shown(fax)


def test_only_the_missing_pages_go_the_second_time(line: Line) -> None:
    fax = line.write(BREAKS_AFTER_1)
    line.send(fax)
    failed = line.go(fax, times=3)
    assert (failed.status, failed.failure, failed.sent_pages) == ("failed", "fax_interrupted", 1)
    page = line.shown(fax)
    assert "Hung up after page 1 of 3" in page
    assert "Only pages 2 to 3" in page
    elsewhere = line.retry(fax, number=GOOD, which="missing")
    assert elsewhere.status_code == 422
    assert "The first pages arrived at the old number only" in elsewhere.text
    line.mend(BREAKS_AFTER_1)
    assert line.retry(fax, which="missing").status_code == 303
    arrived = line.go(fax)
    assert (arrived.status, arrived.from_page, arrived.sent_pages) == ("sent", 2, 2)
    assert line.faxes.at_the_network()[-1]["pages"] == 2
    assert "Pages 2 to 3 arrived" in line.shown(fax)
    assert line.shown(fax).count("Hung up after page 1 of 3") == 3  # what happened stays as it was


def test_a_patient_try_goes_on_longer(line: Line) -> None:
    fax = line.write(BUSY, pages=1)
    line.send(fax)
    line.go(fax, times=3)
    assert line.retry(fax, when="patient").status_code == 303
    waits = line.go(fax, times=4)
    assert waits.status == "queued"
    delivery = db.session.get_one(Delivery, waits.delivery_id)
    assert 800 < (delivery.due_at - now()).total_seconds() <= 900
    assert line.go(fax, times=4).status == "failed"
    assert "The line was busy 8 times." in line.shown(fax)


def test_a_person_who_answers_is_not_called_again(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    assert line.go(fax).status == "failed"
    assert "This is a voice line" in line.shown(fax)
    assert not db.session.query(FaxContact).filter_by(address=A_PERSON).one().is_machine  # the night holds the next one
    assert "a person or a voicemail answered" in line.office.page(line.office.begin(number=A_PERSON))


def test_what_did_not_fail_cannot_be_tried_again(line: Line) -> None:
    fax = line.write(GOOD, pages=1)
    line.send(fax)
    assert line.retry(fax).status_code == 406
    line.go(fax)
    refused = line.retry(fax)
    assert refused.status_code == 406
    assert "Only a fax that failed" in refused.text
    assert db.session.query(Delivery).count() == 1


def test_a_retry_that_is_pressed_twice_sends_once(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    line.go(fax)
    assert [line.retry(fax, number=GOOD).status_code for _time in range(2)] == [303, 406]
    assert db.session.query(Delivery).filter_by(state="pending").count() == 1


def test_a_wrong_correction_is_shown_beside_its_field(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    line.go(fax)
    page = line.retry(fax, number="911", attention="Dr. Diaz")
    assert page.status_code == 422
    assert "a number for emergencies" in page.text
    assert "Dr. Diaz" in page.text
    assert db.session.get_one(Fax, fax.id).status == "failed"


def test_the_pages_of_what_failed_are_changed_as_in_a_draft(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    line.go(fax)
    assert line.office.browser.post(f"/fax/{fax.id}/reopen").location == f"/fax/{fax.id}/edit"
    assert "Records request" in line.office.page(fax)
    assert line.office.browser.post(f"/fax/{fax.id}/reopen").status_code == 406


def test_the_same_pages_go_to_another_number(line: Line) -> None:
    fax = line.write(GOOD)
    line.send(fax)
    line.go(fax)
    key = "018f2c5e-7b7a-7000-8000-0000000000aa"
    first = line.office.browser.post(f"/fax/{fax.id}/again", data={"uuid": key}).location
    assert line.office.browser.post(f"/fax/{fax.id}/again", data={"uuid": key}).location == first
    copy = db.session.query(Fax).filter_by(copy_of_id=fax.id).one()
    page = line.office.page(copy)
    assert "2 pages + cover = 3" in page
    assert "Good morning!" in page
    part = copy_part(copy)
    assert line.office.browser.post(f"/fax/{copy.id}/parts/{part}", data={"act": "remove"}).status_code == 200
    assert line.office.browser.get(f"/fax/{fax.id}/print").status_code == 200  # the first one keeps its own files
    assert "Delivered." in line.shown(fax)


def copy_part(copy: Fax) -> int:
    return db.session.query(FaxPart.id).filter_by(fax_id=copy.id).scalar()


def test_whoever_said_stop_gets_no_fax(line: Line) -> None:
    scope = line.faxes.number.consent_scope
    db.session.add(
        Consent(district_id=line.faxes.number.district_id, address=GOOD, scope=scope, kind="opted_out", source="keyword", wording="STOP")
    )
    fax = line.write(GOOD, pages=1)
    line.send(fax)
    blocked = db.session.get_one(Fax, fax.id)
    assert (blocked.status, blocked.failure) == ("failed", "opted_out")
    assert line.faxes.at_the_network() == []


def test_news_of_an_older_try_changes_nothing(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    line.go(fax)
    old = db.session.get_one(Fax, fax.id).delivery_id
    line.retry(fax, number=GOOD)
    with transaction() as events:
        events.append(DeliveryChanged(fax.district_id, "fax", fax.id, old, None, "sending", "failed", error_code="fax_busy"))
    assert db.session.get_one(Fax, fax.id).status == "queued"


def test_what_went_on_is_not_tried_again_by_an_older_page(line: Line) -> None:
    fax = line.write(BUSY, pages=1)
    line.send(fax)
    first = line.go(fax, times=3).delivery_id
    undelivered = line.office.browser.get("/settings/undelivered").text
    assert f"/settings/undelivered/{first}/retry" in undelivered
    line.retry(fax, number=GOOD)
    older = line.office.browser.post(f"/settings/undelivered/{first}/retry", follow_redirects=True)
    assert "was changed, sent again or deleted meanwhile" in older.text
    assert db.session.query(Delivery).filter_by(state="pending").count() == 1
    arrived = line.go(fax)
    assert (arrived.status, arrived.delivery_id != first) == ("sent", True)
    line.office.browser.post(f"/settings/undelivered/{first}/retry")
    assert db.session.get_one(Fax, fax.id, populate_existing=True).status == "sent"
    assert db.session.query(Delivery).filter_by(owner_kind="fax").count() == 2


def test_a_draft_stays_one_whatever_an_older_page_wants(line: Line) -> None:
    fax = line.write(BUSY, pages=1)
    line.send(fax)
    first = line.go(fax, times=3).delivery_id
    line.office.browser.post(f"/fax/{fax.id}/reopen")
    older = line.office.browser.post(f"/settings/undelivered/{first}/retry", follow_redirects=True)
    assert "was changed, sent again or deleted meanwhile" in older.text
    assert db.session.get_one(Fax, fax.id, populate_existing=True).status == "draft"
    assert db.session.query(Delivery).count() == 1


def test_what_failed_is_tried_again_from_the_list_of_what_did_not_arrive(line: Line) -> None:
    fax = line.write(BUSY, pages=1)
    line.send(fax)
    first = line.go(fax, times=3).delivery_id
    line.mend(BUSY)
    assert line.office.browser.post(f"/settings/undelivered/{first}/retry").status_code == 303
    assert line.go(fax).status == "sent"


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_was_deleted_is_not_tried_again(line: Line, is_gone: bool) -> None:
    fax = line.write(BUSY, pages=1)
    line.send(fax)
    first = line.go(fax, times=3).delivery_id
    fax_id = fax.id
    db.session.get_one(Fax, fax_id).deleted_at = now() - timedelta(days=40)
    db.session.commit()
    if is_gone:
        with line.office.app.app_context():
            purge_due.function()
    db.session.expire_all()
    is_listed = f"/settings/undelivered/{first}/retry" in line.office.browser.get("/settings/undelivered").text
    assert is_listed is not is_gone
    older = line.office.browser.post(f"/settings/undelivered/{first}/retry", follow_redirects=True)
    assert older.status_code == 200
    assert "was changed, sent again or deleted meanwhile" in older.text
    assert (db.session.get(Fax, fax_id) is None) is is_gone
    assert db.session.query(Delivery).filter_by(state="pending").count() == 0


def test_what_nobody_knows_of_is_shown_for_a_decision(line: Line) -> None:
    fax = line.write(GOOD, pages=1)
    line.send(fax)
    delivery = db.session.get_one(Delivery, db.session.get_one(Fax, fax.id).delivery_id)
    line.faxes.house.set(delivery, state="processing", doubtful_since=now())
    page = line.shown(fax)
    assert "Nobody can say yet whether the carrier has it." in page
    assert 'href="/settings/undelivered"' in page
    assert 'id="undo"' not in page

"""A fax comes: it stands in the list at once, under the name that staff gave its sender, and its pages follow."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.fax.arrivals import look_for_arrivals
from app.fax.events import FaxReady
from app.fax.models import Direction, Fax, FaxContact, FaxPage, FaxStatus, Paper
from tests.carrier.fax_news import CLINIC
from tests.core.documents.paper import fax_tiff, same, sheet
from tests.factories import FaxContactFactory
from tests.factories.people import ContactPointFactory, GuardianFactory
from tests.fax.arriving import untold
from tests.fax.office import office

__all__ = ["office"]


@pytest.fixture
def paper(tmp_path):
    return fax_tiff(tmp_path / "fax.tif", pages=2).read_bytes()


def test_it_stands_in_the_list_before_its_pages_are_there(office, paper):
    fax = office.arrive(paper, from_display_name="CASCADE PEDIATRICS", page_count=2)
    assert (fax.direction, fax.status, fax.paper, fax.pages) == (Direction.IN, FaxStatus.RECEIVED, Paper.WAITING, 2)
    assert (fax.school_id, fax.district_id, fax.phone_number_id) == (office.number.school_id, office.number.district_id, office.number.id)
    assert (fax.address, fax.name, fax.station, fax.own_name) == (CLINIC, "CASCADE PEDIATRICS", "CASCADE PEDIATRICS", "Lincoln Elementary")
    assert fax.seconds == 50
    assert "cascade" in fax.search_text


def test_its_pages_are_fetched_drawn_and_kept(office, paper):
    fax = office.arrive(paper)
    office.work()
    assert (fax.paper, fax.problem, fax.pages, fax.quality) == (Paper.READY, None, 2, "fine")
    assert fax.source_type == "image/tiff"
    assert fax.source_key.endswith(".tif")
    assert file_store().open(fax.source_key).read() == paper
    first, second = office.pages_of(fax)
    assert fax.thumb_key == first.thumb_key
    assert (first.number, first.width, first.height, second.number) == (1, 1728, 2244, 2)
    for page in (first, second):
        assert same(Image.open(BytesIO(file_store().open(page.image_key).read())), sheet(page.number))
    assert list((office.app.extensions["settings"].data / "paperwork").iterdir()) == []


def test_told_again_it_is_one(office, paper):
    office.arrive(paper)
    office.work()
    assert office.tell("fax-0001") == 204
    office.work()
    assert db.session.scalar(select(func.count(Fax.id))) == 1
    assert db.session.scalar(select(func.count(FaxPage.id))) == 2
    assert office.tray.fetched == ["fax-0001"]


def test_it_is_called_as_staff_called_the_number(office, paper):
    FaxContactFactory(district_id=office.number.district_id, address=CLINIC, name="Cascade Pediatrics")
    assert office.arrive(paper).name == "Cascade Pediatrics"


def test_a_guardians_own_machine_is_known(office, paper):
    guardian = GuardianFactory(district_id=office.number.district_id, district=None)
    ContactPointFactory(guardian=guardian, address=CLINIC)
    assert office.arrive(paper).name == "Rosa Hernández"


def test_junk_hides_itself(office, paper):
    FaxContactFactory(district_id=office.number.district_id, address=CLINIC, is_junk=True)
    assert office.arrive(paper).hidden_at is not None


def test_what_faxes_is_a_machine(office, paper):
    office.arrive(paper, 1)
    office.arrive(paper, 2)
    [contact] = db.session.scalars(select(FaxContact))
    assert (contact.address, contact.is_machine, contact.is_junk, contact.name) == (CLINIC, True, False, "")


def test_a_hidden_sender_has_no_name_and_no_contact(office, paper):
    fax = office.arrive(paper, **{"from": "anonymous", "from_display_name": ""})
    assert (fax.address, fax.name) == ("", "")
    assert db.session.scalar(select(func.count(FaxContact.id))) == 0


def test_a_fax_whose_news_was_lost_is_found(office, paper):
    office.tray.files["fax-0009"] = paper
    office.tray.untold = [untold("fax-0009", office.number.address), untold("fax-0010", "+15035559999")]
    db.session.commit()
    assert look_for_arrivals.function() == 1
    assert look_for_arrivals.function() == 0
    office.work()
    [fax] = db.session.scalars(select(Fax))
    assert (fax.provider_id, fax.paper) == ("fax-0009", Paper.READY)


def test_a_carrier_that_is_away_is_asked_later(office, paper):
    fax = office.arrive(paper)
    office.tray.is_away = True
    office.work()
    assert (fax.paper, fax.claimed_by) == (Paper.WAITING, None)
    assert fax.paper_due_at > now()
    office.tray.is_away, fax.paper_due_at = False, now()
    office.work()
    assert fax.paper == Paper.READY


def test_what_the_carrier_never_had_is_said(office):
    fax = office.arrive(None)
    for _ in range(3):
        fax.paper_due_at = now()
        office.work()
    assert (fax.paper, fax.problem) == (Paper.BROKEN, "never_arrived")


def test_what_is_too_big_to_fetch_is_said(office, paper):
    fax = office.arrive(paper)
    office.tray.is_too_big = True
    office.work()
    assert (fax.paper, fax.problem) == (Paper.BROKEN, "too_large")


def test_a_broken_document_can_be_had_as_it_came(office):
    fax = office.arrive(b"%PDF-1.4 and nothing more")
    office.work()
    assert (fax.paper, fax.problem, fax.pages) == (Paper.BROKEN, "damaged", 0)
    assert file_store().open(fax.source_key).read() == b"%PDF-1.4 and nothing more"


def test_who_waits_for_faxes_hears_when_its_pages_are_there(office, paper):
    from app.core import events

    heard = []
    listen = events.on(FaxReady)(heard.append)
    try:
        fax = office.arrive(paper)
        assert heard == []
        office.work()
    finally:
        events._after[FaxReady].remove(listen)
    assert heard == [FaxReady(fax.district_id, fax.id)]


def test_a_page_can_be_seen_while_the_others_are_drawn(office, tmp_path, monkeypatch):
    from app.fax.service import papers

    seen = []
    keep = papers.keep_page

    def look(sheet, page, of):
        was_new = keep(sheet, page, of)
        seen.append((page.number, db.session.scalar(select(func.count(FaxPage.id))), db.session.get(Fax, sheet.fax_id).pages))
        db.session.commit()
        return was_new

    monkeypatch.setattr(papers, "keep_page", look)
    office.arrive(fax_tiff(tmp_path / "five.tif", pages=5).read_bytes())
    office.work()
    assert seen == [(number, number, 5) for number in range(1, 6)]


def test_trouble_of_the_house_is_no_fault_of_the_document(office, paper, monkeypatch):
    fax = office.arrive(paper)
    store = type(file_store())
    save, saved = store.save, []

    def away(*args, **more):
        if saved:
            raise OSError("no space left on device")  # after the document itself
        saved.append(save(*args, **more))
        return saved[0]

    with monkeypatch.context() as trouble:
        trouble.setattr(store, "save", away)
        for _ in range(8):
            office.work()
            assert (fax.paper, fax.problem, fax.claimed_by) == (Paper.WAITING, None, None)
            fax.paper_due_at = now()
            db.session.commit()
    office.work()
    assert (fax.paper, fax.problem, fax.pages) == (Paper.READY, None, 2)
    assert len(office.pages_of(fax)) == 2

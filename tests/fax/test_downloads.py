"""A fax taken away: as PDF, as TIFF, as it came; turned as it is shown, in parts, and only by who may see it."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from app.accounts.models import AuditEvent, Role
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.directory.models import School
from app.fax.models import Paper
from app.fax.paperwork import clear_desk
from tests.core.documents.paper import fax_tiff, same, sheet
from tests.factories.people import SchoolFactory, StaffFactory
from tests.fax.office import office

__all__ = ["office"]


@pytest.fixture
def paper(tmp_path):
    return fax_tiff(tmp_path / "fax.tif", pages=2).read_bytes()


@pytest.fixture
def clerk(office, sign_in):
    return sign_in(StaffFactory(schools=[db.session.get_one(School, office.number.school_id)], role=Role.OFFICE))


@pytest.fixture
def fax(office, paper):
    found = office.arrive(paper)
    office.work()
    return found


def test_as_a_pdf_with_its_turns_and_words(clerk, office, fax):
    first, second = office.pages_of(fax)
    second.turn = 90
    first.lines = [{"x": 0.1, "y": 0.1, "w": 0.5, "h": 0.02, "words": "Immunization record"}]
    db.session.commit()
    got = clerk.get(f"/fax/{fax.id}/fax.pdf")
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    pages = PdfReader(BytesIO(got.data)).pages
    assert [page.rotation for page in pages] == [0, 90]
    assert "Immunization record" in pages[0].extract_text()


def test_as_a_tiff_turned(clerk, office, fax):
    office.pages_of(fax)[1].turn = 180
    db.session.commit()
    got = clerk.get(f"/fax/{fax.id}/fax.tiff")
    assert (got.status_code, got.mimetype) == (200, "image/tiff")
    image = Image.open(BytesIO(got.data))
    assert image.n_frames == 2
    image.seek(1)
    assert same(image, sheet(2).rotate(180))


def test_as_it_came(clerk, fax, paper):
    got = clerk.get(f"/fax/{fax.id}/original")
    assert (got.data, got.mimetype) == (paper, "image/tiff")
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_what_cannot_be_shown_can_be_had_as_it_came(clerk, office):
    broken = office.arrive(b"%PDF-1.4 nothing", 7)
    office.work()
    refused = clerk.get(f"/fax/{broken.id}/fax.pdf")
    assert refused.status_code == 409
    assert "Download it as it came" in refused.text
    assert clerk.get(f"/fax/{broken.id}/original").data == b"%PDF-1.4 nothing"


def test_before_its_pages_are_there_it_is_said(clerk, office, paper):
    waiting = office.arrive(paper, 8)
    assert clerk.get(f"/fax/{waiting.id}/fax.tiff").status_code == 409
    assert clerk.get(f"/fax/{waiting.id}/original").status_code == 404


def test_a_part_of_it(clerk, fax):
    whole = clerk.get(f"/fax/{fax.id}/fax.pdf").data
    part = clerk.get(f"/fax/{fax.id}/fax.pdf", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole[10:20])


def test_it_is_put_together_once_until_a_page_is_turned(clerk, office, fax):
    shelf = office.app.extensions["settings"].data / "bound"
    tags = {clerk.get(f"/fax/{fax.id}/fax.pdf").headers["ETag"] for _ in range(2)}
    assert len(tags) == len(list(shelf.iterdir())) == 1
    office.pages_of(fax)[0].turn = 270
    db.session.commit()
    assert clerk.get(f"/fax/{fax.id}/fax.pdf").headers["ETag"] not in tags


def test_what_was_put_together_is_not_kept_for_long(clerk, office, fax):
    import os

    clerk.get(f"/fax/{fax.id}/fax.pdf")
    [place] = (office.app.extensions["settings"].data / "bound").iterdir()
    clear_desk.function()
    assert place.exists()
    os.utime(place, (1, 1))
    clear_desk.function()
    assert not place.exists()


def test_each_is_written_down_once(clerk, fax):
    clerk.get(f"/fax/{fax.id}/fax.pdf")
    clerk.get(f"/fax/{fax.id}/fax.pdf", headers={"Range": "bytes=10-19"})
    clerk.get(f"/fax/{fax.id}/original")
    lines = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "fax.downloaded").order_by(AuditEvent.id)).all()
    assert [line.details["kind"] for line in lines] == ["pdf", "original"]


def test_no_part_of_it_leaves_without_a_line(clerk, fax):
    for _each in range(2):
        assert clerk.get(f"/fax/{fax.id}/fax.pdf", headers={"Range": "bytes=1-"}).status_code == 206
    assert db.session.query(AuditEvent).filter_by(action="fax.downloaded").count() == 1


@pytest.mark.parametrize("what", ["fax.pdf", "fax.tiff", "original"])
def test_another_school_does_not_get_it(fax, sign_in, what):
    stranger = sign_in(StaffFactory(schools=[SchoolFactory()], role=Role.OFFICE))
    assert stranger.get(f"/fax/{fax.id}/{what}").status_code == 404


def test_what_is_broken_can_be_fetched_again(clerk, office, paper):
    lost = office.arrive(None, 5)
    for _ in range(3):
        lost.paper_due_at = now()
        office.work()
    assert f'action="/fax/{lost.id}/draw-again"' in clerk.get(f"/fax/{lost.id}").text
    office.tray.files["fax-0005"] = paper
    assert clerk.post(f"/fax/{lost.id}/draw-again").status_code == 303
    assert clerk.post(f"/fax/{lost.id}/draw-again").status_code == 303
    office.work()
    assert (lost.paper, lost.problem, lost.pages) == (Paper.READY, None, 2)
    assert f'action="/fax/{lost.id}/draw-again"' not in clerk.get(f"/fax/{lost.id}").text
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "fax.drawn_again")).all()) == 1


def test_who_only_reads_fetches_nothing_again(office, sign_in):
    broken = office.arrive(b"nothing that is known", 6)
    office.work()
    viewer = sign_in(StaffFactory(schools=[db.session.get_one(School, office.number.school_id)], role=Role.VIEWER))
    assert viewer.post(f"/fax/{broken.id}/draw-again").status_code in {403, 404}
    assert broken.paper == Paper.BROKEN


def test_what_the_store_lost_is_fetched_from_the_carrier_again(clerk, office):
    broken = office.arrive(b"%PDF-1.4 nothing", 9)
    office.work()
    file_store().delete(broken.source_key)
    clerk.post(f"/fax/{broken.id}/draw-again")
    office.work()
    assert office.tray.fetched == ["fax-0009", "fax-0009"]
    assert (broken.paper, broken.problem) == (Paper.BROKEN, "damaged")
    assert clerk.get(f"/fax/{broken.id}/original").data == b"%PDF-1.4 nothing"
    clerk.post(f"/fax/{broken.id}/draw-again")
    office.work()
    assert len(office.tray.fetched) == 2  # it is there

"""What stands on a fax is read where the machine can, so that it is found; where it cannot, nothing waits for it."""

import shutil
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.core.clock import now
from app.core.database import db
from app.core.documents import recognition
from app.fax import words
from app.fax.models import Paper
from tests.fax.office import office

__all__ = ["office"]
can_read = pytest.mark.skipif(shutil.which("tesseract") is None, reason="this machine has no Tesseract")


@pytest.fixture
def record(tmp_path):
    paper = Image.new("1", (1728, 2156), 1)
    pen = ImageDraw.Draw(paper)
    pen.text((200, 300), "Certificate of Immunization Status", fill=0, font=ImageFont.load_default(64))
    pen.text((200, 1200), "Student: Mateo Hernandez", fill=0, font=ImageFont.load_default(48))
    place = tmp_path / "record.tif"
    paper.save(place, "TIFF", compression="group4", dpi=(204, 196))
    return place.read_bytes()


def read(office):
    db.session.commit()
    with office.app.app_context():
        words.turn()
    db.session.expire_all()


@can_read
def test_words_and_where_they_stand(office, record):
    fax = office.arrive(record)
    office.work()
    version = fax.version
    read(office)
    [page] = office.pages_of(fax)
    assert page.words.splitlines() == ["Certificate of Immunization Status", "Student: Mateo Hernandez"]
    first, second = page.lines
    assert first["words"] == "Certificate of Immunization Status"
    assert 0.1 < first["x"] < 0.13
    assert 0.13 < first["y"] < 0.17
    assert 0.5 < second["y"] < 0.6
    assert "immunization" in fax.search_text
    assert fax.words_at is not None
    assert fax.version == version + 1


@can_read
def test_what_a_killed_reader_left_is_read(office, record):
    fax = office.arrive(record)
    office.work()
    fax.claimed_by, fax.paper_due_at = f"{words.reading_words.my_name().split(':')[0]}:999999999:x", now().replace(year=2090)
    read(office)
    assert fax.words_at is not None
    assert office.pages_of(fax)[0].words


def test_without_a_program_nothing_waits(office, record, monkeypatch):
    monkeypatch.setattr(recognition, "is_here", lambda: False)
    fax = office.arrive(record)
    office.work()
    read(office)
    assert (fax.paper, office.pages_of(fax)[0].words) == (Paper.READY, "")
    assert fax.words_at is not None


def test_a_page_that_takes_too_long_stays_without_words(office, record, monkeypatch):
    monkeypatch.setattr(recognition, "SECONDS", 0.001)
    monkeypatch.setattr(recognition, "is_here", lambda: True)
    fax = office.arrive(record)
    office.work()
    read(office)
    assert (fax.words_at is not None, office.pages_of(fax)[0].words) == (True, "")


@can_read
def test_a_page_that_makes_trouble_holds_up_no_other_and_ends_one_day(office, record, monkeypatch):
    odd, fine = office.arrive(record), office.arrive(record, 2)
    office.work()
    bad, good = office.pages_of(odd)[0].image_key, office.pages_of(fine)[0].image_key
    assert bad != good
    recognise = words._lines_of

    def lines_of(page):
        if page.image_key == bad:
            raise OSError
        return recognise(page)

    monkeypatch.setattr(words, "_lines_of", lines_of)
    read(office)
    assert (odd.words_at, office.pages_of(fine)[0].words.splitlines()[1]) == (None, "Student: Mateo Hernandez")
    odd.created_at, odd.paper_due_at = now() - timedelta(days=3), now()
    read(office)
    assert odd.words_at is not None
    assert office.pages_of(odd)[0].words == ""

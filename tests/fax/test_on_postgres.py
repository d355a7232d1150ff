"""The same on PostgreSQL: faxes arrive, are drawn and read, and two workers never draw one."""

import pytest
from sqlalchemy import func, select

from app.core.clock import now
from app.core.database import db
from app.fax.models import Fax, FaxPage, FaxPart, Paper
from app.fax.service import papers, reading_words
from tests.core.documents.paper import fax_tiff
from tests.factories import FaxFactory
from tests.fax.office import office

__all__ = ["office"]


@pytest.fixture
def app(postgres_app):
    return postgres_app


def test_a_fax_arrives_is_drawn_and_waits_for_its_words(office, tmp_path):
    fax = office.arrive(fax_tiff(tmp_path / "fax.tif", pages=2).read_bytes())
    office.work()
    assert (fax.paper, fax.pages, len(office.pages_of(fax))) == (Paper.READY, 2, 2)
    assert reading_words.take_up() == fax.id
    assert reading_words.take_up() is None
    for page in reading_words.unread_of(fax.id):
        reading_words.keep_words(page, ())
    reading_words.finish(fax.id)
    assert fax.words_at is not None


def test_where_nothing_reads_nothing_waits(office, tmp_path):
    fax = office.arrive(fax_tiff(tmp_path / "fax.tif").read_bytes())
    office.work()
    assert (reading_words.leave_all(), reading_words.leave_all()) == (1, 0)
    db.session.refresh(fax)
    assert fax.words_at is not None


def test_a_document_is_taken_up_once_and_again_when_its_worker_is_gone(office, tmp_path):
    fax = office.arrive(fax_tiff(tmp_path / "fax.tif").read_bytes())
    first = papers.take_up()
    assert first is not None
    assert papers.take_up() is None
    assert papers.set_free() == 0
    db.session.get_one(Fax, fax.id).claimed_by = f"{papers.my_name().split(':')[0]}:999999999:x"
    db.session.commit()
    assert papers.set_free() == 1
    again = papers.take_up()
    assert again is not None
    assert (again.fax_id, again.tries) == (fax.id, 2)


def test_a_file_to_be_sent_does_not_wait_for_all_that_came(office, tmp_path):
    came = [office.arrive(fax_tiff(tmp_path / "fax.tif").read_bytes(), number) for number in range(1, 4)]
    draft = FaxFactory(school=None, school_id=None, district_id=came[0].district_id, direction="out", status="draft", provider_id=None)
    part = FaxPart(fax_id=draft.id, position=1, name="a.pdf", source_key="a" * 32, paper=Paper.WAITING, paper_due_at=now())
    db.session.add(part)
    db.session.commit()
    part_id, oldest = part.id, came[0].id
    assert papers.take_up(files_first=True).part_id == part_id
    assert papers.take_up(files_first=True).fax_id == oldest
    assert [papers.take_up().part_id for _ in range(2)] == [None, None]
    assert papers.take_up() is None


def test_a_page_is_kept_once(office, tmp_path):
    fax = office.arrive(fax_tiff(tmp_path / "fax.tif").read_bytes())
    sheet = papers.take_up()
    page = papers.KeptPage(1, 1728, 2244, "a" * 32, "b" * 32, "c" * 32)
    assert papers.keep_page(sheet, page, 1)
    assert not papers.keep_page(sheet, page, 1)
    assert db.session.scalar(select(func.count(FaxPage.id)).where(FaxPage.fax_id == fax.id)) == 1
    assert papers.give_up(sheet, "too_slow") == []
    db.session.refresh(fax)
    assert (fax.paper, fax.problem) == (Paper.READY, papers.CUT_OFF)
    assert fax.paper_due_at <= now()

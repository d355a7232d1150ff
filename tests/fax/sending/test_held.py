"""What a legal hold keeps, of faxes that the house sends, stays as it is."""

import json
from collections.abc import Callable

import pytest

from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.directory.models import District
from app.fax.models import Fax, FaxPage, FaxPart
from app.fax.paperwork import turn
from app.fax.service import covers
from app.fax.service.holding import refuse_held
from tests.delivery.conftest import house
from tests.delivery.fax.conftest import faxes
from tests.fax.sending.conftest import Office, pdf
from tests.fax.sending.test_on_the_way import A_PERSON, Line, app, line

__all__ = ["app", "faxes", "house", "line"]
Press = Callable[[Office, Fax], int]


def held(fax: Fax) -> Fax:
    db.session.get_one(Fax, fax.id, populate_existing=True).held_at = now()
    db.session.commit()
    return fax


def everything_of(fax_id: int) -> str:
    """Its row, files and pages, and whether the store still has each."""
    db.session.expire_all()
    one = db.session.get_one(Fax, fax_id)
    rows = [[part.id, part.position, part.source_key] for part in db.session.query(FaxPart).filter_by(fax_id=fax_id)]
    pages = [key for page in db.session.query(FaxPage).filter_by(fax_id=fax_id) for key in (page.image_key, page.screen_key)]
    keys = [key for key in (one.document_key, *(row[2] for row in rows), *pages) if key]
    sizes = [file_store().size(str(key)) for key in keys]
    words = [one.subject, one.cover_note, one.address, one.name, one.status, str(one.deleted_at), one.document_key]
    return json.dumps([words, rows, keys, sizes])


def save(office: Office, fax: Fax) -> int:
    form = office.form(uuid=str(fax.uuid), edition=str(fax.edition), subject="Something else")
    return office.browser.post(f"/fax/{fax.id}/edit", data=form, headers={"Accept": "application/json"}).status_code


def discard(office: Office, fax: Fax) -> int:
    return office.browser.post(f"/fax/{fax.id}/discard").status_code


def take_away(office: Office, fax: Fax) -> int:
    part = db.session.query(FaxPart.id).filter_by(fax_id=fax.id, is_cover=False).scalar()
    return office.browser.post(f"/fax/{fax.id}/parts/{part}", data={"act": "remove"}).status_code


@pytest.mark.parametrize("press", [save, discard, take_away])
def test_a_draft_that_is_held_stays_as_it_is(office: Office, press: Press) -> None:
    fax = office.begin()
    office.upload(fax, pdf(1))
    turn()
    covers.bring_up_to_date(db.session.get_one(Fax, fax.id, populate_existing=True))
    before = everything_of(held(fax).id)
    assert press(office, fax) >= 400
    assert everything_of(fax.id) == before
    db.session.get_one(Fax, fax.id).held_at = None
    db.session.commit()
    assert press(office, fax) < 400
    assert everything_of(fax.id) != before


def test_what_waits_and_is_held_is_not_taken_back(line: Line) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    before = everything_of(held(fax).id)
    answer = line.office.browser.post(f"/fax/{fax.id}/recall", follow_redirects=True)
    assert "legal hold" in answer.text
    assert everything_of(fax.id) == before


@pytest.mark.parametrize("is_whole_district", [False, True])
def test_what_failed_and_is_held_is_kept_and_can_be_copied(line: Line, is_whole_district: bool) -> None:
    fax = line.write(A_PERSON, pages=1)
    line.send(fax)
    line.go(fax)
    if is_whole_district:
        db.session.get_one(District, line.district_id).settings = {"fax_hold": True}
        db.session.commit()
    else:
        held(fax)
    before = everything_of(fax.id)
    for answer in (line.office.browser.post(f"/fax/{fax.id}/reopen"), line.retry(fax, number="(206) 555-0134")):
        assert "legal hold" in answer.text or "legal hold" in line.shown(fax)
        assert everything_of(fax.id) == before
    line.office.browser.post(f"/fax/{fax.id}/again", data={"uuid": "018f2c5e-7b7a-7000-8000-0000000000ab"})
    assert db.session.query(Fax).filter_by(copy_of_id=fax.id).one().status == "draft"


def test_a_hold_on_the_district_lets_people_write_and_take_back(line: Line) -> None:
    db.session.get_one(District, line.district_id).settings = {"fax_hold": True}
    fax = line.write(A_PERSON, pages=1)
    assert save(line.office, fax) == 200
    db.session.expire_all()
    refuse_held(fax)
    line.send(fax)
    assert line.office.browser.post(f"/fax/{fax.id}/recall").status_code == 303
    assert db.session.get_one(Fax, fax.id, populate_existing=True).status == "draft"

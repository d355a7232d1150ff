"""Files that a draft needs no more go, even if the process dies before it deletes them."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.conversations.service.attachments import file_store
from app.core.database import db
from app.core.files import LocalFileStore
from app.fax.models import Fax, FaxPart
from app.fax.paperwork import turn
from app.fax.purge_job import purge_due
from app.fax.service import covers, parts, sending
from tests.fax.sending.conftest import Office, pdf

Act = Callable[[Office, Fax], None]


def files() -> set[str]:
    store = file_store()
    assert isinstance(store, LocalFileStore)
    return {path.name for path in Path(store.folder).rglob("*") if path.is_file()}


def remove(office: Office, fax: Fax) -> None:
    part = db.session.query(FaxPart.id).filter_by(fax_id=fax.id, is_cover=False).scalar()
    assert office.browser.post(f"/fax/{fax.id}/parts/{part}", data={"act": "remove"}).status_code == 200


def new_cover(office: Office, fax: Fax) -> None:
    form = office.form(uuid=str(fax.uuid), edition=str(fax.edition), note="Something else")
    assert office.browser.post(f"/fax/{fax.id}/edit", data=form, headers={"Accept": "application/json"}).status_code == 200
    with office.app.app_context():
        covers.bring_up_to_date(db.session.get_one(Fax, fax.id, populate_existing=True))


def send_and_take_back(office: Office, fax: Fax) -> None:
    form = office.form(uuid=str(fax.uuid), edition=str(fax.edition), act="send")
    assert office.browser.post(f"/fax/{fax.id}/edit", data=form).status_code == 303
    assert office.browser.post(f"/fax/{fax.id}/recall").status_code == 303


@pytest.mark.parametrize("act", [remove, new_cover, send_and_take_back])
def test_a_process_that_dies_before_it_deletes_leaves_no_file(office: Office, monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    fax = office.begin()
    office.upload(fax, pdf(1))
    turn()
    with office.app.app_context():
        covers.bring_up_to_date(db.session.get_one(Fax, fax.id, populate_existing=True))
    for room in (parts, covers, sending):
        monkeypatch.setattr(room, "throw_away", lambda _keys: None)  # it never came to that
    db.session.expire_all()
    act(office, db.session.get_one(Fax, fax.id))
    left = files()
    purge_due.function()
    db.session.expire_all()
    gone = left - files()
    assert gone
    named = {key for part in db.session.query(FaxPart).filter_by(fax_id=fax.id) for key in parts.keys_of([part])}
    assert named <= files()
    assert not named & gone


def test_what_is_made_lies_where_it_is_cleared_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's folder for temporary files keeps what a killed process leaves, and others of the machine may look there."""
    there: list[Path] = []
    usual = tempfile.TemporaryDirectory

    def noted(**how: Any) -> Any:
        there.append(Path(how["dir"]))
        return usual(**how)

    monkeypatch.setattr(tempfile, "TemporaryDirectory", noted)
    fax = office.begin()
    office.upload(fax, pdf(1))
    turn()
    form = office.form(uuid=str(fax.uuid), edition=str(fax.edition), act="send")
    assert office.browser.post(f"/fax/{fax.id}/edit", data=form).status_code == 303
    data = office.app.extensions["settings"].data
    assert len(there) >= 3  # the file, the cover, and the two as one
    assert all(place.is_relative_to(data) for place in there)

"""A fax that waits is forwarded as it is then, whatever becomes of it afterwards."""

from app.conversations.service.attachments import file_store
from app.core.database import db
from app.fax.forward_job import prepare_due
from app.fax.models import Fax, FaxForward, FaxPart
from app.fax.paperwork import turn
from tests.fax.sending.conftest import Office, pdf

CLINIC = "records@clinic.test"


def sent(office: Office) -> Fax:
    """In the outbox, with two pages and no cover, and its document made."""
    one = office.begin(has_cover=None)
    office.upload(one, pdf(2))
    turn()
    form = office.form(uuid=str(one.uuid), edition=str(one.edition), act="send", has_cover=None)
    assert office.browser.post(f"/fax/{one.id}/edit", data=form).status_code == 303
    return db.session.get_one(Fax, one.id, populate_existing=True)


def change(office: Office, one: Fax) -> None:
    """Taken back, and given another page."""
    assert office.browser.post(f"/fax/{one.id}/recall").status_code == 303
    part = office.upload(one, pdf(1, "About another child"))
    turn()
    assert db.session.get_one(FaxPart, part.id, populate_existing=True).pages == 1


def test_taking_it_back_leaves_what_was_forwarded(office: Office) -> None:
    one = sent(office)
    key = one.document_key
    before = file_store().open(key).read()
    office.browser.post(f"/fax/{one.id}/forward", data={"others": CLINIC, "way": "attached"})
    with office.app.app_context():
        prepare_due.function()
    change(office, one)
    row = db.session.query(FaxForward).populate_existing().one()
    assert (row.status, row.made_of) == ("queued", key)
    assert row.document_key != key
    assert file_store().open(row.document_key).read() == before

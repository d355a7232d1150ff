"""A fax that another system orders: accepted at once, drawn by the worker, and then it leaves by itself, as one that somebody wrote."""

import io
from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.carrier.fax_codes import FaxCode
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.core.files import FileGone
from app.core.uploads import UploadRefused
from app.delivery.models import Delivery
from app.fax.errors_sending import BadEmail, BadTime, NoFaxNumber, NotAFaxNumber, NotFailed, NotWaiting
from app.fax.leaving_job import leave_due
from app.fax.models import Fax, FaxPart, FaxStatus
from app.fax.paperwork import turn
from app.fax.service import drafts, ordering
from app.fax.service.ordering import Change, Document
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import fax_number
from tests.fax.sending.conftest import CLINIC_NUMBER, Office, pdf


def document(pages: int = 1, name: str = "request.pdf", content: bytes | None = None) -> Document:
    return Document(io.BytesIO(pdf(pages) if content is None else content), name)


def wanted(office: Office, **fields: object) -> Change:
    usual: dict[str, object] = {"number": CLINIC_NUMBER, "sender_id": office.number.id, "name": "Marlowe Park", "document": document(2)}
    return Change(**(usual | fields))


def work() -> None:
    """What the workers do: draw, then send what is to leave."""
    db.session.commit()
    turn()
    leave_due.function()
    db.session.expire_all()


def fresh(fax: Fax) -> Fax:
    return db.session.get_one(Fax, fax.id, populate_existing=True)


def test_an_ordered_fax_leaves_by_itself_once_its_pages_are_there(office: Office) -> None:
    fax = ordering.order(office.staff, wanted(office, own_name="Attendance office", emails=["A@example.org", "a@example.org"]))
    leave_due.function()
    assert (fresh(fax).status, fresh(fax).delivery_id) == (FaxStatus.DRAFT, None), "its pages are not there yet"
    work()
    left = fresh(fax)
    delivery = db.session.get_one(Delivery, left.delivery_id)
    assert (left.status, left.pages, left.own_name, left.emails) == (FaxStatus.QUEUED, 2, "Attendance office", ["a@example.org"])
    assert (delivery.channel, delivery.address, left.leave_due_at) == ("fax", CLINIC_NUMBER, None)
    work()
    assert db.session.query(Delivery).count() == 1, "once"


def test_what_cannot_be_sent_is_refused_before_anything_is_kept(office: Office) -> None:
    elsewhere = fax_number(SchoolFactory(name="Somewhere else"))
    db.session.commit()
    for fields, error in (
        ({"number": "911"}, NotAFaxNumber), ({"number": office.number.address}, NotAFaxNumber), ({"sender_id": elsewhere.id}, NoFaxNumber),
        ({"emails": ["nobody"]}, BadEmail), ({"at": now() - timedelta(minutes=1)}, BadTime),
        ({"document": document(content=b"hello", name="a.txt")}, UploadRefused),
    ):  # fmt: skip
        with pytest.raises(error):
            ordering.order(office.staff, wanted(office, **fields))
    assert db.session.query(Fax).count() == 0


def test_a_document_without_pages_fails_and_tells_whoever_wished_to_know(office: Office) -> None:
    broken = document(content=b"%PDF-1.4\n" + b"\0" * 500)
    fax = ordering.order(office.staff, wanted(office, document=broken, emails=["office@example.org"]))
    work()
    assert (fresh(fax).status, fresh(fax).failure) == (FaxStatus.FAILED, FaxCode.BAD_DOCUMENT)
    mail = db.session.query(Delivery).one()
    assert (mail.channel, mail.address) == ("email", "office@example.org")
    assert "Not sent" in office.browser.get(f"/fax/{fax.id}?box=failed").text
    with pytest.raises(NotWaiting):
        ordering.change(office.staff, fax.id, Change(subject="Later"))
    ordering.correct(office.staff, fax.id, Change(document=document(1), number="+15035550177"))
    work()
    assert fresh(fax).status == FaxStatus.FAILED, "correcting sends nothing"
    ordering.again(office.staff, fax.id)
    work()
    assert (fresh(fax).status, fresh(fax).address, fresh(fax).pages) == (FaxStatus.QUEUED, "+15035550177", 1)
    for act in (lambda: ordering.again(office.staff, fax.id), lambda: ordering.correct(office.staff, fax.id, Change(subject="x"))):
        with pytest.raises(NotFailed):
            act()


def test_a_scheduled_one_is_changed_and_called_off(office: Office) -> None:
    at = (now() + timedelta(days=2)).replace(hour=20, minute=0, second=0, microsecond=0)  # at no school of these tests is it night then
    fax = ordering.order(office.staff, wanted(office, at=at))
    ordering.change(office.staff, fax.id, Change(at=at + timedelta(hours=1)))  # while its pages are made
    work()
    assert (fresh(fax).status, fresh(fax).send_at) == (FaxStatus.SCHEDULED, at + timedelta(hours=1))
    old = fresh(fax).document_key
    first = db.session.query(FaxPart).one().source_key
    ordering.change(office.staff, fax.id, Change(document=document(3), subject="Three pages"))
    work()
    changed = fresh(fax)
    assert (changed.status, changed.send_at, changed.pages, changed.subject) == (
        FaxStatus.SCHEDULED, at + timedelta(hours=1), 3, "Three pages",
    )  # fmt: skip
    for key in (old, first):
        with pytest.raises(FileGone):
            file_store().open(key or "")
    ordering.call_off(office.staff, fax.id)
    work()
    assert fresh(fax).deleted_at is not None
    assert {one.state for one in db.session.query(Delivery)} == {"cancelled"}
    with pytest.raises(Exception, match="nothing here"):
        ordering.call_off(office.staff, fax.id)


def test_who_opens_it_and_writes_decides_when_it_leaves(office: Office) -> None:
    fax = ordering.order(office.staff, wanted(office))
    assert "leaves by itself" in office.page(fax)
    drafts.save(office.staff, fax.id, drafts.draft_of(fax), edition=fax.edition)
    work()
    assert (fresh(fax).status, fresh(fax).delivery_id) == (FaxStatus.DRAFT, None)
    assert "leaves by itself" not in office.page(fax)


def test_a_stranger_changes_nothing_of_it(office: Office) -> None:
    fax = ordering.order(office.staff, wanted(office, at=now() + timedelta(days=1)))
    stranger = StaffFactory(role=Role.DISTRICT_ADMIN)
    db.session.commit()
    for act in (
        lambda: ordering.change(stranger, fax.id, Change(subject="x")), lambda: ordering.call_off(stranger, fax.id),
        lambda: ordering.correct(stranger, fax.id, Change(subject="x")), lambda: ordering.again(stranger, fax.id),
    ):  # fmt: skip
        with pytest.raises(Exception, match="nothing here"):
            act()

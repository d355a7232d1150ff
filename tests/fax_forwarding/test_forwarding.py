"""The office sends a fax on, attached or as a link, and sees what became of it."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from app.accounts.models import AuditEvent, Role
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.core.files import chunks_of
from app.core.ids import new_uuid
from app.delivery.models import Delivery
from app.directory.models import EMAILS, ConsentKind, ConsentSource
from app.directory.service import record_consent
from app.fax.models import Fax, FaxPage
from app.fax.service import preparing
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import fax, picture
from tests.fax_forwarding.conftest import CLINIC, Desk, document

LINK = re.compile(r"https://cedar\.test(/fax-link/\S+)")


def link_in(desk: Desk, to: str = CLINIC) -> str:
    (letter,) = desk.letters(to)
    found = LINK.search(letter.get_body(("plain",)).get_content())
    assert found
    return found[1]


def test_a_fax_leaves_attached_once(desk: Desk) -> None:
    answer = desk.forward(way="attached", words="As promised. 🙂\nPriya")
    assert (answer.status_code, answer.location) == (303, f"/fax/{desk.fax.id}")
    desk.work()
    (letter,) = desk.letters()
    assert letter["Subject"] == "Fax from Cascade Pediatrics, 3 pages"
    assert letter["Reply-To"] == "priya@cedar.test"
    said = letter.get_body(("plain",)).get_content()
    for words in ("As promised. 🙂", "Priya Raman", desk.school.name, "(503) 555-0171", "Pages: 3"):
        assert words in said
    (file,) = letter.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_filename() == f"Fax Cascade Pediatrics {desk.fax.created_at:%Y-%m-%d}.pdf"
    assert file.get_content() == file_store().open(desk.fax.source_key).read()
    (row,) = desk.rows()
    assert (row.status, row.error_code, row.address, row.staff_id) == ("sent", None, CLINIC, desk.person.id)
    desk.work()
    assert len(desk.letters()) == 1


def audit(action: str) -> list[AuditEvent]:
    return db.session.query(AuditEvent).filter_by(action=action).all()


def test_pressed_twice_it_is_one_and_each_address_gets_one(desk: Desk) -> None:
    uuid = new_uuid().hex
    for _ in range(2):
        answer = desk.forward(CLINIC, uuid=uuid, others="Clinic <Records@Clinic.test>; court@county.test,\n court@county.test")
        assert answer.status_code == 422  # a name in front is no address
    for _ in range(2):
        assert desk.forward(CLINIC, uuid=uuid, others="Records@Clinic.test; court@county.test,\n court@county.test").status_code == 303
    desk.work()
    assert [row.address for row in desk.rows()] == [CLINIC, "court@county.test"]
    assert desk.mailing.office.by_address() == {CLINIC: 1, "court@county.test": 1}
    assert len(audit("fax.forwarded")) == 2


@pytest.mark.parametrize(
    ("others", "advice"),
    [
        ("", "type an email address"),
        ("nobody", "whole email address"),
        ("a@b.test, nope@", "whole email address"),
        (",".join(f"a{n}@b.test" for n in range(11)), "ten addresses"),
    ],
)
def test_what_is_no_address_is_said_and_nothing_leaves(desk: Desk, others: str, advice: str) -> None:
    answer = desk.browser.post(f"/fax/{desk.fax.id}/forward", data={"others": others, "words": "Kept words", "way": "attached"})
    assert answer.status_code == 422
    assert advice in answer.text
    assert "Kept words" in answer.text
    assert desk.rows() == []


def test_a_fax_without_pages_is_not_sent_on(desk: Desk) -> None:
    coming = fax(desk.school, pages=0, paper="waiting")
    assert "no pages that can be forwarded yet" in desk.browser.get(f"/fax/{coming.id}/forward").text
    assert desk.forward(fax_id=coming.id).status_code == 422
    assert desk.rows() == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [("550 5.1.1 No such user", "no such mailbox"), ("552 5.2.2 Full", "mailbox is full"), ("550 5.7.1 No", "did not want this email")],
)
def test_a_refusal_stands_on_the_fax_in_an_offices_words(desk: Desk, answer: str, said: str) -> None:
    desk.mailing.office.to_rcpt[CLINIC] = answer
    desk.fax.read_at = now()
    desk.forward()
    desk.work()
    (row,) = desk.rows()
    assert row.status == "failed"
    lines = shown(desk)
    assert said in lines[0].advice
    assert lines[0].is_failed
    assert db.session.get_one(Fax, desk.fax.id).read_at is None  # the office looks at it again
    (delivery,) = db.session.query(Delivery).filter_by(owner_kind="fax_forward")
    assert delivery.settled_at is not None  # and not the page of what families did not get


def shown(desk: Desk) -> list:
    from app.core.local_clock import local_clock
    from app.fax.views.forwarding import forward_lines

    with desk.mailing.app.test_request_context():
        return forward_lines(db.session.get_one(Fax, desk.fax.id), local_clock("America/Los_Angeles", "en"))


def test_who_refused_emails_gets_none(desk: Desk) -> None:
    record_consent(desk.school.district_id, CLINIC, EMAILS, ConsentKind.OPTED_OUT, ConsentSource.WEB)
    desk.forward()
    desk.work()
    (row,) = desk.rows()
    assert (row.status, row.error_code) == ("failed", "opted_out")
    assert "asked to get no more emails" in shown(desk)[0].advice
    assert desk.letters() == []


def test_a_bounce_that_comes_later_is_told(desk: Desk) -> None:
    from app.delivery.email import reported
    from app.delivery.email.failures import MailCode
    from app.delivery.email.reports import Report, What

    desk.forward()
    desk.work()
    (delivery,) = db.session.query(Delivery).filter_by(owner_kind="fax_forward")
    assert reported.apply(Report(delivery.uuid, 1, What.BOUNCED, MailCode.UNKNOWN))
    assert [(row.status, row.error_code) for row in desk.rows()] == [("failed", "mail_unknown")]


@pytest.mark.parametrize(("act", "letters", "status"), [("arrived", 1, "sent"), ("again", 2, "sent")])
def test_a_lost_answer_waits_for_a_decision(desk: Desk, act: str, letters: int, status: str) -> None:
    desk.mailing.office.dies_after_data.add(CLINIC)
    desk.forward()
    desk.work()
    (row,) = desk.rows()
    assert row.status == "unsure"
    assert len(desk.letters()) == 1
    desk.work()
    assert len(desk.letters()) == 1  # never again by itself
    desk.mailing.office.dies_after_data.clear()
    assert desk.browser.post(f"/fax/{desk.fax.id}/forwards/{row.id}", data={"act": act}).status_code == 303
    desk.work()
    assert len(desk.letters()) == letters
    assert desk.rows()[0].status == status


def test_a_worker_that_died_is_made_up_for_and_nothing_leaves_twice(desk: Desk) -> None:
    desk.forward(way="attached")
    taken = preparing.take_up()
    assert taken is not None
    assert preparing.take_up() is None  # it is in somebody's hands
    desk.work()
    assert desk.letters() == []
    with time_machine.travel(now() + preparing.LEASE + timedelta(seconds=1)):
        desk.work()
    assert len(desk.letters()) == 1
    bound = preparing.Bound(desk.fax.source_key, desk.fax.source_key, "application/pdf", "late.pdf", 9)
    assert not preparing.hand_over(taken.id, bound)  # the first one wakes up after all
    desk.work()
    assert len(desk.letters()) == 1


def test_a_file_that_is_gone_is_said(desk: Desk) -> None:
    file_store().delete(desk.fax.source_key)
    desk.forward()
    desk.work()
    assert [(row.status, row.error_code) for row in desk.rows()] == [("failed", "fax_file_gone")]
    assert "no longer kept" in shown(desk)[0].advice


def test_the_form_offers_what_was_used_and_fills_in_what_failed(desk: Desk) -> None:
    empty = desk.browser.get(f"/fax/{desk.fax.id}/forward")
    assert CLINIC not in empty.text
    desk.mailing.office.to_rcpt[CLINIC] = "552 5.2.2 Full"
    desk.forward()
    desk.work()
    (link,) = re.findall(r'href="([^"]+)" data-forward>[^?]+</svg>Forward again', desk.browser.get(f"/fax/{desk.fax.id}").text)
    assert CLINIC not in link  # it would stand in logs
    assert re.search(rf'value="{CLINIC}" checked', desk.browser.get(link).text)
    other = fax(desk.school, source_key=document(), source_type="application/pdf")
    assert desk.browser.get(link.replace(f"/{desk.fax.id}/", f"/{other.id}/")).status_code == 404
    dialog = desk.browser.get(f"/fax/{desk.fax.id}/forward", headers={"HX-Request": "true"})
    assert "<html" not in dialog.text


def test_only_who_works_with_faxes_forwards_them(desk: Desk, app: Flask) -> None:
    viewer = desk.window(StaffFactory(role=Role.VIEWER, schools=[desk.school]))
    teacher = desk.window(desk.mailing.people.teacher)
    elsewhere = desk.window(StaffFactory(role=Role.OFFICE, schools=[SchoolFactory()]))
    for browser, code in ((viewer, 403), (teacher, 403), (elsewhere, 404)):
        assert browser.post(f"/fax/{desk.fax.id}/forward", data={"others": CLINIC}).status_code == code
    desk.forward()
    desk.work()
    (row,) = desk.rows()
    other = fax(desk.school, pages=1)
    assert desk.browser.post(f"/fax/{other.id}/forwards/{row.id}", data={"act": "end"}).status_code == 404
    assert elsewhere.post(f"/fax/{desk.fax.id}/forwards/{row.id}", data={"act": "end"}).status_code == 404
    assert desk.rows()[0].ended_at is None


def test_in_spanish_the_email_and_its_page_are_spanish(desk: Desk) -> None:
    desk.person.language = "es"
    desk.forward()
    desk.work()
    (letter,) = desk.letters()
    assert letter["Subject"].startswith("Fax de Cascade Pediatrics")
    assert "Abrir el fax" in desk.mailing.app.test_client().get(link_in(desk)).text


def test_pages_that_were_turned_leave_turned(desk: Desk) -> None:
    db.session.query(FaxPage).filter_by(fax_id=desk.fax.id, number=2).one().turn = 90
    desk.forward(way="attached")
    desk.work()
    (letter,) = desk.letters()
    (file,) = letter.iter_attachments()
    pages = PdfReader(io.BytesIO(file.get_content())).pages
    shapes = [page.mediabox.width > page.mediabox.height for page in pages]
    assert [(is_wide + page.rotation // 90) % 2 for is_wide, page in zip(shapes, pages, strict=True)] == [0, 1, 0]


def test_a_tiff_leaves_as_a_pdf_or_as_it_came_where_that_fails(desk: Desk) -> None:
    content = io.BytesIO()
    Image.open(io.BytesIO(picture(1, (864, 1100)))).save(content, "TIFF", compression="group4")
    content.seek(0)
    key = file_store().save(chunks_of(content), extension=".tif").key
    desk.fax.source_key, desk.fax.source_type = key, "image/tiff"
    desk.forward(way="attached")
    desk.work()
    page = db.session.query(FaxPage).filter_by(fax_id=desk.fax.id, number=2).one()
    page.image_key = file_store().save(iter([b"no picture at all"]), extension=".png").key
    desk.forward("court@county.test", way="attached")
    desk.work()
    (made,), (original,) = (list(desk.letters(to)[0].iter_attachments()) for to in (CLINIC, "court@county.test"))
    assert len(PdfReader(io.BytesIO(made.get_content())).pages) == 3
    assert made.get_filename().endswith(".pdf")
    assert original.get_content() == content.getvalue()
    assert original.get_filename().endswith(".tif")


def test_the_details_say_who_got_it_and_how_long_it_is_kept(desk: Desk) -> None:
    desk.mailing.office.to_rcpt["full@clinic.test"] = "552 5.2.2 Full"
    desk.forward(CLINIC, "full@clinic.test")
    desk.work()
    page = desk.browser.get(f"/fax/{desk.fax.id}").text
    for words in (CLINIC, "not opened yet", "End the link", "mailbox is full", "Forward again", "Kept until"):
        assert words in page
    assert "Put under legal hold" not in page
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    admin.post(f"/fax/{desk.fax.id}/hold", data={"act": "hold"})
    page = admin.get(f"/fax/{desk.fax.id}").text
    assert "a legal hold is lifted" in page
    assert "Lift the legal hold" in page


def test_the_dialog_leads_back_to_the_fax(desk: Desk) -> None:
    form = {"to": [CLINIC], "uuid": new_uuid().hex}
    answer = desk.browser.post(f"/fax/{desk.fax.id}/forward", data=form, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/fax/{desk.fax.id}")
    wrong = desk.browser.post(f"/fax/{desk.fax.id}/forward", data={"others": "nope"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "<html" not in wrong.text

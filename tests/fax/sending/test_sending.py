"""A fax leaves: as one document, once, and not before somebody can take it back; and what becomes of it is told."""

import re
from datetime import UTC, datetime, time, timedelta

import pypdfium2
import pytest
import time_machine

from app.accounts.models import AuditEvent
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, transaction
from app.core.local_clock import local_clock
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import PhoneNumber
from app.fax.joining import joined
from app.fax.models import Fax, FaxContact, FaxPart
from app.fax.paperwork import turn
from app.fax.queries_cover import cover_for
from app.fax.service import sending
from app.fax.service.looks import hold, touch
from app.fax.views.shown import outgoing_state
from tests.factories.faxes import FaxFactory, FaxPageFactory
from tests.fax.sending.conftest import CLINIC_NUMBER, Office, pdf

JSON = {"Accept": "application/json"}


def drawn(office: Office) -> None:
    """The worker draws what waits."""
    db.session.commit()
    with office.app.app_context():
        turn()
    db.session.expire_all()


def written(office: Office, *, pages: int = 2, **fields: str) -> Fax:
    """A draft whose pages are there."""
    fax = office.begin(**fields)
    office.upload(fax, pdf(pages))
    drawn(office)
    return fax


def press(office: Office, fax: Fax, act: str, **fields: str) -> str:
    """A button of the form; where it leads, or the page with what is wrong."""
    form = office.form(uuid=str(fax.uuid), edition=str(db.session.get_one(Fax, fax.id).edition), act=act, **fields)
    answer = office.browser.post(f"/fax/{fax.id}/edit", data=form)
    return answer.location if answer.status_code == 303 else answer.text


def preview_form(office: Office, fax: Fax) -> dict[str, str]:
    """What the button beside the preview sends."""
    page = office.browser.get(f"/fax/{fax.id}/preview").text
    return {"version": page.partition('name="version" value="')[2].partition('"')[0]}


def test_a_fax_is_previewed_and_sent_with_its_cover(office: Office) -> None:
    fax = written(office)
    assert "2 pages + cover = 3" in office.page(fax)
    assert press(office, fax, "preview") == f"/fax/{fax.id}/preview"
    shown = office.browser.get(f"/fax/{fax.id}/preview").text
    assert shown.count('class="sheet"') == 3
    assert press(office, fax, "send") == f"/fax/{fax.id}?box=sent"
    sent = db.session.get_one(Fax, fax.id)
    delivery = db.session.get_one(Delivery, sent.delivery_id)
    assert (sent.status, sent.pages, delivery.channel, delivery.address) == ("queued", 3, "fax", CLINIC_NUMBER)
    assert timedelta(seconds=5) < delivery.due_at - now() <= timedelta(seconds=10) or delivery.held_until is not None
    content = db.session.get_one(DeliveryContent, delivery.content_id)
    assert content.details == {"fine": True, "station": "CEDAR GROVE ELEMENTA", "pages": 3}
    with file_store().open(content.media[0]["key"]) as document:
        pages = pypdfium2.PdfDocument(document.read())
    assert len(pages) == 3
    assert db.session.query(FaxContact.name).filter_by(address=CLINIC_NUMBER).scalar() == "Marlowe Park School"
    assert db.session.query(AuditEvent).filter_by(action="fax.sent").count() == 1


def test_the_cover_says_what_the_draft_says_now(office: Office) -> None:
    fax = written(office, pages=1)
    press(office, fax, "preview", subject="Old")
    cover = db.session.query(FaxPart).filter_by(is_cover=True).one()
    number, before = cover.id, cover.fingerprint
    press(office, fax, "preview", subject="Old")
    assert db.session.query(FaxPart).filter_by(is_cover=True).one().id == number
    press(office, fax, "preview", subject="New")
    fresh = db.session.query(FaxPart).filter_by(is_cover=True).one()
    assert fresh.fingerprint != before
    press(office, fax, "preview", has_cover=None)
    assert db.session.query(FaxPart).filter_by(is_cover=True).count() == 0


def test_what_was_sent_a_moment_ago_is_taken_back_with_everything(office: Office) -> None:
    fax = written(office)
    press(office, fax, "send")
    key = db.session.get_one(Fax, fax.id).document_key
    assert office.browser.post(f"/fax/{fax.id}/recall").location == f"/fax/{fax.id}/edit"
    again = db.session.get_one(Fax, fax.id)
    assert (again.status, again.delivery_id, again.cover_note) == ("draft", None, "Good morning!")
    assert db.session.query(Delivery).one().state == "cancelled"
    with pytest.raises(Exception, match="no longer kept"):
        file_store().open(key)
    assert office.browser.post(f"/fax/{fax.id}/recall").status_code == 409
    assert press(office, fax, "send") == f"/fax/{fax.id}?box=sent"
    assert db.session.query(Delivery).filter_by(state="pending").count() == 1


def test_sending_twice_sends_once(office: Office) -> None:
    fax = written(office)
    press(office, fax, "send")
    press(office, fax, "send")
    assert db.session.query(Delivery).count() == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "Enter the fax number with its area code"),
        ("911", "a number for emergencies"),
        ("9-8-8", "a number for emergencies"),
        ("555-01", "too short"),
        ("(206) 155-0134", "There is no such phone number"),
        ("1-900-555-0134", "cost extra"),
        ("own", "one of your district’s own numbers"),
    ],
)
def test_a_number_that_is_no_fax_is_refused_before_anything_is_dialled(office: Office, number: str, words: str) -> None:
    own = db.session.get_one(PhoneNumber, office.number.id).address
    fax = written(office, pages=1)
    page = press(office, fax, "send", number=own if number == "own" else number)
    assert words in page
    assert 'aria-invalid="true"' in page
    assert db.session.query(Delivery).count() == 0


def test_nothing_is_sent_while_pages_are_made_or_one_is_broken(office: Office) -> None:
    fax = office.begin()
    office.upload(fax, pdf())
    assert "The pages are still being made" in press(office, fax, "send")
    drawn(office)
    office.upload(fax, b"%PDF-1.4 nothing in it", "broken.pdf")
    drawn(office)
    page = press(office, fax, "send")
    assert "One of the files cannot be faxed" in page
    assert "It cannot be read" in page
    assert db.session.query(Delivery).count() == 0


def test_an_empty_fax_is_not_sent(office: Office) -> None:
    fax = office.begin(has_cover=None)
    assert "Add a file, or a cover page with a message" in press(office, fax, "send", has_cover=None)


def test_a_fax_goes_out_later_and_can_be_changed_until_then(office: Office) -> None:
    fax = written(office, pages=1)
    wall = (now() + timedelta(days=2)).strftime("%Y-%m-%dT10:15")
    assert press(office, fax, "send", when="later", at=wall) == f"/fax/{fax.id}?box=sent"
    planned = db.session.get_one(Fax, fax.id)
    first = db.session.get_one(Delivery, planned.delivery_id)
    assert (planned.status, first.due_at) == ("scheduled", planned.send_at)
    later = (now() + timedelta(days=3)).strftime("%Y-%m-%dT11:00")
    assert office.browser.post(f"/fax/{fax.id}/time", data={"when": "later", "at": later}).status_code == 303
    moved = db.session.get_one(Fax, fax.id)
    assert db.session.query(Delivery).filter_by(state="pending").one().due_at == moved.send_at
    assert office.browser.post(f"/fax/{fax.id}/time", data={"when": "later", "at": "2020-01-01T10:00"}).status_code == 422
    assert office.browser.post(f"/fax/{fax.id}/recall").status_code == 303
    assert db.session.query(Delivery).filter_by(state="pending").count() == 0
    assert later[:10] in office.page(fax)


@pytest.mark.parametrize(("at", "words"), [("", "Choose a day and a time"), ("2020-05-05T10:00", "This time has passed")])
def test_a_time_that_is_none_is_refused(office: Office, at: str, words: str) -> None:
    fax = written(office, pages=1)
    assert words in press(office, fax, "send", when="later", at=at)
    assert db.session.query(Delivery).count() == 0


def test_an_answer_goes_back_to_where_a_fax_came_from(office: Office) -> None:
    came = FaxFactory(
        school=office.school, address=CLINIC_NUMBER, name="Marlowe Park School", subject="Records", phone_number_id=office.number.id
    )  # fmt: skip
    page = office.browser.get(f"/fax/new?answer={came.id}").text
    assert 'value="(206) 555-0134"' in page
    assert 'value="Marlowe Park School"' in page
    assert 'value="Re: Records"' in page
    answer = office.begin(copy_of=str(came.id))
    assert answer.copy_of_id == came.id


@pytest.mark.parametrize("others", ["dana", "dana@", "@school.test", "a b@school.test"])
def test_an_address_that_is_none_is_refused(office: Office, others: str) -> None:
    fax = written(office, pages=1)
    assert "is no email address" in press(office, fax, "send", others=others)
    assert db.session.query(Delivery).count() == 0


@pytest.mark.parametrize("at", ["", "next week", "2027-03-14T02:30"])
def test_what_is_to_go_out_later_never_leaves_at_once(office: Office, at: str) -> None:
    fax = written(office, pages=1)
    assert 'aria-invalid="true"' in press(office, fax, "preview", when="later", at=at)
    kept = office.form(uuid=str(fax.uuid), edition=str(db.session.get_one(Fax, fax.id).edition), when="later", at=at)
    assert office.browser.post(f"/fax/{fax.id}/edit", data=kept, headers=JSON).status_code == 200
    assert re.search(r'id="when-later"[^>]* checked', office.page(fax))
    assert "1970" not in office.page(fax)
    refused = office.browser.post(f"/fax/{fax.id}/send", data=preview_form(office, fax))
    assert refused.location == f"/fax/{fax.id}/edit"
    assert "Choose a day and a time." in office.browser.get(refused.location).text
    assert db.session.query(Delivery).count() == 0


@pytest.mark.parametrize("number", ["503-555-0134 ext 911", "5035550134 911", "+15035550134,,911", "(503) 555-0134 x12", "503.555.0134#4"])
def test_nothing_is_dropped_from_a_number(office: Office, number: str) -> None:
    fax = written(office, pages=1)
    page = press(office, fax, "send", number=number)
    assert "Take away the extension" in page or "There is no such phone number" in page or "too long" in page
    assert db.session.query(Delivery).count() == 0


@pytest.mark.parametrize(
    ("number", "address"), [("+44 (0)20 7946 0018", "+442079460018"), ("1-800-FLOWERS", "+18003569377"), ("1 206.555.0134", CLINIC_NUMBER)]
)
def test_a_number_may_be_written_as_people_do(office: Office, number: str, address: str) -> None:
    fax = written(office, pages=1)
    press(office, fax, "send", number=number)
    assert db.session.query(Delivery).one().address == address


def test_no_address_is_dropped_without_a_word(office: Office) -> None:
    fax = written(office, pages=1)
    page = press(office, fax, "send", others=", ".join(f"colleague{number}@school.test" for number in range(6)))
    assert "At most 5 people are told" in page
    assert "colleague5@school.test" in page
    assert db.session.query(Delivery).count() == 0


def test_the_list_says_until_when_the_night_holds_a_fax(office: Office) -> None:
    fax = written(office, pages=1)
    midnight = datetime.combine(now().date() + timedelta(days=1), time(8, 15), UTC)  # in Seattle
    with time_machine.travel(midnight, tick=True):
        held = sending.send(office.staff, fax.id)
        delivery = db.session.get_one(Delivery, held.delivery_id)
        assert (held.status, held.send_at, delivery.held_until is None) == ("queued", delivery.held_until, False)
        with office.app.test_request_context():
            state = outgoing_state(held, local_clock("America/Los_Angeles"))
        assert state is not None
        assert state.words == "Goes out 8:00 AM"
        assert sending.recall(office.staff, fax.id).send_at is None


def test_a_long_message_counts_its_own_pages(office: Office) -> None:
    fax = written(office, note="line\n" * 120)
    press(office, fax, "send", note="line\n" * 120)
    sent = db.session.get_one(Fax, fax.id)
    cover = db.session.query(FaxPart).filter_by(is_cover=True).one()
    assert cover.pages > 1
    assert sent.pages == cover.pages + 2
    assert f"{sent.pages}, with this one" in dict(cover_for(sent, own_pages=cover.pages).rows).values()
    assert cover.fingerprint == cover_for(sent, own_pages=cover.pages).fingerprint


def test_a_message_of_nothing_but_signs_goes_out(office: Office) -> None:
    fax = written(office, pages=1)
    press(office, fax, "send", note="_" * 1900)
    assert db.session.query(Delivery).count() == 1


def test_what_leaves_holds_nothing_that_one_does_not_see(office: Office) -> None:
    fax = office.begin(has_cover=None)
    line = {"x": 0.1, "y": 0.1, "w": 0.8, "h": 0.05, "words": "Behind the black bar"}
    page = FaxPageFactory(fax_id=fax.id, lines=[line])
    document = joined([page], is_fine=True)
    with file_store().open(document.key) as file:
        assert "black" not in pypdfium2.PdfDocument(file.read())[0].get_textpage().get_text_bounded()


def test_another_number_is_offered_once_it_is_known_what_became_of_it(office: Office) -> None:
    fax = written(office, pages=1)
    press(office, fax, "send")
    page = office.browser.get(f"/fax/{fax.id}?box=sent").text
    assert 'id="undo"' in page
    assert "Send to another number" not in page
    with transaction():
        held = hold(fax.id)
        held.status = "failed"
        touch(held)
    assert "Send to another number" in office.browser.get(f"/fax/{fax.id}?box=failed").text

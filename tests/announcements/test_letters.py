"""Letters on paper: a page for each family that nobody reached, in its language; printed is not yet reached."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pypdf
import pytest
import time_machine
from sqlalchemy import event

from app.announcements import service
from app.announcements.errors import TooManyForLetters
from app.announcements.letters import making
from app.announcements.letters.making import make_all_letters
from app.announcements.models import AnnouncementLetter, AnnouncementLetters, LettersFor
from app.announcements.queries import fates as queries_fates
from app.announcements.queries import report as queries_report
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian
from tests.announcements.schools import campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import GuardianFactory, GuardianshipFactory

WORDS = {
    "ar": "تغلق المدرسة يوم الجمعة. اتصلوا بالرقم (559) 555-0142.",
    "zh": "学校星期五放学。",
    "hi": "स्कूल शुक्रवार को बंद होगा।",
    "vi": "Trường nghỉ thứ Sáu.",
}


def read(letters: AnnouncementLetters) -> list[str]:
    """The text of each page."""
    pages = []
    for file in letters.files:
        with file_store().open(file["key"]) as stored:
            pages += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(stored.read())).pages]
    return pages


def fonts(letters: AnnouncementLetters) -> set[str]:
    """Which fonts are in the file."""
    with file_store().open(letters.files[0]["key"]) as stored:
        pages = pypdf.PdfReader(io.BytesIO(stored.read())).pages
        return {str(font.get_object()["/BaseFont"]) for page in pages for font in page["/Resources"]["/Font"].values()}


def test_a_family_without_any_phone_gets_a_letter_in_its_language(house: House) -> None:
    place = campus()
    (reached,) = place.families(1)
    mothers = {}
    for language in WORDS:
        mothers[language] = GuardianFactory(district_id=place.district.id, language=language)
        GuardianshipFactory(student=place.child(given_name=f"Child-{language}"), guardian=mothers[language])
    place.child(given_name="Nobody")  # whose records name no adult
    announcement = draft(place, sms("No school on Friday."), *(sms(body, code) for code, body in WORDS.items()), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    house.hand_over()
    house.hear()
    service.order_letters(place.admin, announcement.id, LettersFor.NOWHERE)
    service.order_letters(place.admin, announcement.id, LettersFor.NOWHERE)  # a second press
    make_all_letters.function()
    make_all_letters.function()
    db.session.rollback()
    (letters,) = db.session.query(AnnouncementLetters).all()
    assert (letters.state, letters.total, letters.made) == ("ready", 5, 5)
    pages = read(letters)
    assert len(pages) == 5
    assert all(place.school.name in page for page in pages)
    assert any("Trường nghỉ thứ Sáu." in page and "Child-vi" in page for page in pages)
    assert any("No school on Friday." in page and "Nobody" in page for page in pages)
    assert any("学校星期五放学" in page for page in pages)
    embedded = " ".join(fonts(letters))
    assert all(name in embedded for name in ("Arabic", "Devanagari", "SC", "NotoSans"))
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates
    assert (fates.families, fates.reached, fates.letters, fates.unreached) == (5, 1, 4, 0)
    service.hand_out(place.admin, announcement.id, family_key=mothers["ar"].id)
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates
    assert (fates.reached, fates.letters) == (2, 3)
    assert db.session.query(AnnouncementLetter).filter_by(family_key=reached.id).count() == 0


class Killed(BaseException):
    """As a worker is: nothing of its own runs any more."""


@contextmanager
def killed_at_the_stretch(number: int) -> Iterator[None]:
    """In the middle of its commit."""
    seen: list[str] = []

    def listen(*args: Any) -> None:
        seen.extend([args[2]] if args[2].startswith("INSERT INTO announcement_letter_families") else [])
        if len(seen) == number:
            raise Killed

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        with pytest.raises(Killed):
            yield
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def test_who_needs_one_is_written_by_stretches_and_another_worker_goes_on(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE", 2)
    place = campus()
    place.families(1)
    for name in "FBDAC":
        GuardianshipFactory(
            student=place.child(given_name="Rosa", family_name=name), guardian=GuardianFactory(district_id=place.district.id)
        )
    place.child(given_name="Rosa", family_name="E")  # whose records name no adult
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    page, admin = f"/announcements/{announcement.id}", sign_in(place.admin)
    db.session.commit()
    with monkeypatch.context() as of_a_district:
        of_a_district.setattr(queries_fates, "COUNTABLE", 5)
        refused = admin.post(f"{page}/letters", data={"which": "nowhere"})
        assert (refused.status_code, str(TooManyForLetters.advice) in refused.text) == (422, True)
        shown = admin.get(page).text
        assert str(TooManyForLetters.advice) in shown
        assert f"{page}/letters" not in shown
    assert admin.post(f"{page}/letters", data={"which": "nowhere"}).status_code == 303

    def stands() -> tuple[str, int]:
        db.session.rollback()
        return db.session.query(AnnouncementLetters).one().state, db.session.query(AnnouncementLetter).count()

    with killed_at_the_stretch(3):
        make_all_letters.function()
    assert stands() == ("waiting", 4)
    make_all_letters.function()
    assert stands() == ("waiting", 4), "it may be alive"
    with time_machine.travel(now() + timedelta(minutes=4)):
        make_all_letters.function()
    assert stands() == ("ready", 6)
    letters = db.session.query(AnnouncementLetters).one()
    assert (letters.total, letters.made) == (6, 6)
    in_order = [next(name for name in "ABCDFE" if f"Rosa {name}" in said) for said in read(letters)]
    assert in_order == list("ABCDFE"), "by name; without an adult last"


def test_what_was_sent_and_never_confirmed_is_not_called_reached(house: House) -> None:
    place = campus()
    mothers = place.families(3)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    house.hand_over()
    house.hear()
    by_guardian = db.session.query(Delivery).join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
    guardian: Guardian = mothers[0]
    sent = by_guardian.filter(ContactPoint.guardian_id == guardian.id).one()
    house.set(sent, state="sent")
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates
    assert (fates.reached, fates.unconfirmed, fates.on_the_way, fates.unreached) == (2, 1, 0, 0)
    service.order_letters(place.admin, announcement.id, LettersFor.UNREACHED)
    make_all_letters.function()
    service.order_letters(place.admin, announcement.id, LettersFor.UNCONFIRMED)
    make_all_letters.function()
    db.session.rollback()
    assert [one.total for one in db.session.query(AnnouncementLetters).order_by(AnnouncementLetters.id)] == [0, 1]

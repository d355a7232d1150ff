"""Letters on paper: a page for each family that nobody reached, in its language; printed is not yet reached."""

import io

import pypdf

from app.announcements import queries_report, service
from app.announcements.letters.making import make_all_letters
from app.announcements.models import AnnouncementLetter, AnnouncementLetters, LettersFor
from app.conversations.service.attachments import file_store
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian
from tests.announcements.schools import campus, draft, run, send, sms
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

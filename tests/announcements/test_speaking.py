"""Who speaks: the texts of a school say so, and the preview shows the very number that each family hears from."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.announcements.models import Announcement
from app.core.database import db
from app.core.phone_numbers import for_people
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import PhoneNumber, Purpose
from tests.announcements.pages import form, hidden, the_one
from tests.announcements.schools import Campus, again, campus, run
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory


@pytest.fixture
def place(house: House) -> Campus:
    """A school with English and Spanish families, and a district with two numbers."""
    found = campus()
    found.school.name, found.school.short_name = "Cedar Grove Elementary", "Cedar Grove"
    found.families(6)
    found.families(2, language="es")
    db.session.commit()
    return found


def sent(announcement: Announcement) -> dict[str, tuple[str, str]]:
    """By phone: from which number, and what."""
    rows = db.session.execute(
        select(Delivery.address, PhoneNumber.address, DeliveryContent.body)
        .join(PhoneNumber, PhoneNumber.id == Delivery.phone_number_id)
        .join(DeliveryContent, DeliveryContent.id == Delivery.content_id)
        .where(Delivery.owner_kind == "announcement")
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def test_the_preview_shows_the_number_that_sends_and_texts_name_their_school(place: Campus, sign_in: SignIn) -> None:
    admin = sign_in(place.admin)
    words = {"body-sms-es": "Mañana no hay clases en Cedar Grove."}
    assert 'value="Cedar Grove"' in admin.get("/announcements/new").text
    kept = admin.post("/announcements/new", data=form(place, act="save", opening="Cedar Grove", **words))
    number = the_one().id
    shown = {}
    page = admin.get(kept.location).text
    readers = [int(value) for value in re.findall(r'<option value="(\d+)"', page[page.index('id="as"') : page.index('id="who"')])]
    assert len(readers) == 8
    for reader in readers:
        found = admin.get(f"/announcements/{number}/plan?as={reader}").text
        bar = found[found.index('class="phone-bar"') :]
        shown[reader] = re.search(r'<strong dir="ltr">([^<]+)</strong>', bar)[1]  # type: ignore[index]  # it is there
        assert place.school.name not in bar[: bar.index("phone-body")]
    assert len(set(shown.values())) == 2
    assert "Cedar Grove: Closed tomorrow." in admin.get(f"/announcements/{number}/plan").text
    admin.post(kept.location, data=form(place, act="review", version="1", opening="Cedar Grove", **words))
    review = admin.get(f"/announcements/{number}/review").text
    assert "Cedar Grove: Closed tomorrow." in review
    admin.post(f"/announcements/{number}/send", data={"version": "2", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    again(the_one()).scheduled_for = None
    db.session.commit()
    run(until="sending")
    run()
    by_phone = sent(the_one())
    for mother in place.guardians:
        number_shown, body = by_phone[mother.contact_points[0].address]
        assert for_people(number_shown) == shown[mother.id]
        if mother.language == "en":
            assert body == "Cedar Grove: Closed tomorrow."
        else:  # it names the school itself
            assert body == "Mañana no hay clases en Cedar Grove."


def test_what_texts_begin_with_counts_and_may_be_changed_or_left_out(place: Campus, sign_in: SignIn) -> None:
    admin = sign_in(place.admin)
    long = {"body-sms-en": "x" * 150}

    def kept(opening: str) -> str:
        address = admin.post("/announcements/new", data=form(place, act="save", opening=opening, **long)).location
        page: str = admin.get(address).text
        return page

    assert re.search(r'id="foot-sms-en">.*?2 texts', kept("Cedar Grove"))
    assert the_one().opening is None
    plain = kept("")
    assert re.search(r'id="foot-sms-en">.*?1 text<', plain)
    assert 'id="opening" name="opening" type="text" value=""' in plain
    own = kept("Ms Lee, room 4")
    assert "Ms Lee, room 4: xxx" in own
    assert 'value="Ms Lee, room 4"' in own


def test_who_speaks_follows_the_audience_until_somebody_chooses(place: Campus, sign_in: SignIn) -> None:
    other = SchoolFactory(district=place.district, name="Lincoln High", short_name="Lincoln")
    own = PhoneNumberFactory(district=place.district, school_id=place.school.id, purpose=Purpose.ANNOUNCEMENT, segments_per_second=1.0)
    superintendent = StaffFactory(role=Role.DISTRICT_ADMIN, district=place.district, district_id=place.district.id)
    db.session.commit()
    browser = sign_in(superintendent)

    def save(version: int, school: str, *include: str) -> dict[str, str]:
        data = form(place, school=school, version=str(version), include=list(include))
        answer = browser.post(f"/announcements/{the_one().id}/edit", data=data, headers={"Accept": "application/json"})
        found: dict[str, str] = answer.json
        return found

    first = browser.post("/announcements/new", data=form(place, school="", include=[]), headers={"Accept": "application/json"}).json
    assert (first["school"], first["opening"]) == ("", place.district.name)
    one_class = save(1, "", f"section:{place.section.id}")
    assert (one_class["school"], one_class["opening"]) == (str(place.school.id), "Cedar Grove")
    page = browser.get(f"/announcements/{the_one().id}/plan").text
    assert "Cedar Grove Elementary, because everybody chosen belongs to it." in page
    assert f"Phones show the school’s own number, {for_people(own.address)}." in page
    both = save(2, one_class["school"], f"school:{place.school.id}", f"school:{other.id}")
    assert both["school"] == ""
    chosen = save(3, "", f"school:{place.school.id}")
    assert chosen["school"] == str(place.school.id)
    by_hand = save(4, "", f"school:{place.school.id}")
    assert by_hand["school"] == ""
    still = save(5, "", f"section:{place.section.id}")
    assert still["school"] == ""
    assert "Phones show one of 2 numbers" in browser.get(f"/announcements/{the_one().id}/plan").text

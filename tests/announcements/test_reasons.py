"""From a number on the report to exactly the people it counts."""

import re
from datetime import timedelta
from html import unescape

from app.announcements.service import DraftText
from app.core.clock import now
from app.core.database import db
from app.core.phone_numbers import for_people
from app.directory.models import ContactHealth, ContactKind, ContactPoint, Guardian
from tests.announcements.schools import campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, StaffFactory


def test_the_review_counts_everybody_once_and_says_who_sends(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    reached, called, *lost = place.families(5)
    point_of(called).kind = ContactKind.LANDLINE  # gets no text, and the call
    point_of(lost[0]).health = point_of(lost[1]).health = ContactHealth.WRONG
    db.session.delete(point_of(lost[2]))
    words = [DraftText(channel, "en", "School is closed.", "Closed") for channel in ("sms", "voice", "email")]
    later = now() + timedelta(days=1)
    announcement = draft(place, *words, channels=("sms", "voice", "email"), send_to="all", opening=None, scheduled_for=later)
    review = unescape(sign_in(place.admin).get(f"/announcements/{announcement.id}/review").text)
    assert "3 more people can’t be reached: a wrong number (2) and no number or address on file (1)." in review
    assert f"From {place.school.name}" in review
    assert f"Texts and calls come from {for_people(place.numbers[0].address)}. Emails come from " in review
    assert f"Texts begin with “{place.school.name}:”, because everybody chosen belongs to this school." in review
    assert "Check it once. Until then it can be moved or called off." in review
    assert "60 seconds" not in review
    assert reached


def point_of(guardian: Guardian) -> ContactPoint:
    return db.session.query(ContactPoint).filter_by(guardian_id=guardian.id).one()


def test_each_reason_leads_to_the_people_of_its_channel(house: House, sign_in: SignIn) -> None:
    place = campus()
    mothers = place.families(3)
    ContactPointFactory(guardian=mothers[0], kind=ContactKind.EMAIL, address="one@family.test")
    child = place.child()
    for kind, address in ((ContactKind.EMAIL, "two@family.test"), (ContactKind.LANDLINE, "+13035550188"), (None, None)):
        adult = GuardianFactory(district_id=place.district.id)  # of one family
        GuardianshipFactory(student=child, guardian=adult)
        if kind is not None:
            ContactPointFactory(guardian=adult, kind=kind, address=address)
    colleague = StaffFactory(schools=[place.school], phone=None)
    chosen = {"schools": [place.school.id], "staff": [colleague.id]}
    announcement = draft(
        place,
        *(DraftText(way, "en", "Closed.") for way in ("sms", "voice", "email")),
        channels=("sms", "voice", "email"),
        audience=chosen,
        send_to="all",
        has_canary=False,
    )
    send(announcement, place.admin)
    run(until="sending")
    browser = sign_in(place.admin)
    report = unescape(browser.get(f"/announcements/{announcement.id}").text)
    reasons = re.findall(
        r'<span class="fail-n[^"]*">(\d+)</span><div><p class="medium">([^<]*)</p>.*?<a class="btn btn-sm" href="([^"]*)">', report
    )
    assert {(title, int(number)) for number, title, _href in reasons} == {
        ("Text: No number for texts on file", 3), ("Text: Only a landline, which gets no texts", 1),
        ("Voice call: No phone number on file", 3), ("Email: No email address on file", 4),
    }  # fmt: skip
    assert len({href for _number, _title, href in reasons}) == len(reasons)
    for number, title, href in reasons:
        page = browser.get(href).text
        table = page[page.index('id="families"') :]
        assert table.count('<td class="end">') == int(number), title
        assert title in unescape(table)
    assert "two@family.test" not in unescape(browser.get(reasons[0][2]).text)
    db.session.rollback()

"""A correction: for exactly those who got the mistake, and never the old words once more by oversight."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from app.announcements import runner, service
from app.announcements.models import Announcement
from app.announcements.service import DraftText
from app.announcements.words_changed import changes
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import Enrollment
from tests.announcements.pages import hidden
from tests.announcements.schools import again, campus, draft, run, send, sms, stopped_after
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianshipFactory


@pytest.mark.parametrize("also_the_others", [False, True])
def test_a_correction_goes_to_exactly_those_who_got_the_first_or_also_to_whom_it_was_stopped_for(
    house: House, sign_in: SignIn, *, also_the_others: bool
) -> None:
    place = campus(numbers=1)
    place.families(70)
    announcement = draft(place, has_canary=False)
    reached = stopped_after(house, place, announcement, 12)
    everybody = {point.address for guardian in place.guardians for point in guardian.contact_points}
    client = sign_in(place.admin)
    page = client.post(f"/announcements/{announcement.id}/acts/correct", follow_redirects=True).text
    assert again(announcement).state == "halted"
    assert "Correct “Closed”" in page
    assert 'value="Correction: Closed"' in page
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()
    form = {
        "version": "1", "has_audience": "1", "again": "corrected" if also_the_others else "reached",
        "body-sms-en": "Not tomorrow: today.", "origin-sms-en": "written",
    }  # fmt: skip
    client.post(f"/announcements/{correction.id}/edit", data=form)
    send(again(correction), place.admin)
    run(30)
    house.hand_over()
    run(5)
    corrected = [text["to"] for text in house.at_the_network() if text["body"] == "Not tomorrow: today."]
    assert set(corrected) == (everybody if also_the_others else reached)
    assert len(corrected) == len(set(corrected))
    assert len(house.at_the_network()) == 12 + len(corrected)
    assert again(correction).state == "finished"


def test_what_still_says_the_old_words_is_marked_and_goes_out_only_when_somebody_says_so(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(2)
    place.families(3, language="es")
    texts = sms("Closed tomorrow at 8:30."), sms("Cerrado mañana a las 8:30.", "es"), sms("Nghỉ học ngày mai.", "vi")
    announcement = draft(place, *texts, has_canary=False, send_to="all")
    stopped_after(house, place, announcement, 5)
    client = sign_in(place.admin)
    page = client.post(f"/announcements/{announcement.id}/acts/correct", follow_redirects=True).text
    assert page.count("Still says the old text") == 3  # both that are read, and the one that the preview shows; nobody reads the third
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()
    address = f"/announcements/{correction.id}"
    client.post(f"{address}/edit", data={"version": "1", "body-sms-en": "Closed tomorrow at 9:30.", "origin-sms-en": "written"})
    page = client.get(f"{address}/edit").text
    assert "Change them all, or who reads them gets the mistake once more: Spanish (3 people)." in page
    assert re.search(r'id="old-sms-en"></span>.*id="old-sms-es"><span class="badge badge-danger">', page, re.DOTALL)
    review = client.get(f"{address}/review").text
    assert "Closed tomorrow at <del>" in review
    assert re.search(r"taken out: </span>8:30</del><ins><span class=\"vh\">added: </span>9:30</ins>", review)
    assert "Send the old words once more: Spanish (3 people)" in review
    yes = {"version": "2", "fingerprint": hidden(review, "fingerprint"), "sure": "on"}
    refused = client.post(f"{address}/send", data=yes)
    assert refused.status_code == 422
    assert "Some people would get the old words again" in refused.text
    assert again(correction).state == "draft"
    assert client.post(f"{address}/send", data={**yes, "as_it_is": "sms-es"}).status_code == 303
    assert again(correction).state == "scheduled"


def test_it_is_for_those_who_got_it_and_tells_of_old_words_that_still_go_out(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(8)
    announcement = draft(place, has_canary=False)
    stopped_after(house, place, announcement, 3)
    service.halt(place.admin, announcement.id)
    client = sign_in(place.admin)
    report = client.get(f"/announcements/{announcement.id}").text  # before anything is swept out of the queue
    assert "3 on their way, 5 stopped before sending" in report
    assert "in the queue" not in report
    assert re.search(r"On its way <b>3</b>", report)
    tomorrow = service.reach_left_out(place.admin, announcement.id)
    send(tomorrow, place.admin, scheduled_for=now() + timedelta(days=1))
    again_to_the_others = service.reach_left_out(place.admin, announcement.id)
    send(again_to_the_others, place.admin)
    run(until="sending")
    page = client.post(f"/announcements/{announcement.id}/acts/correct", follow_redirects=True).text
    assert 'value="reached" checked' in page
    assert "was sent on with the old words and still goes out" in page
    assert f'action="/announcements/{again_to_the_others.id}/acts/halt"' in page
    assert f'action="/announcements/{tomorrow.id}/acts/cancel"' in page
    client.post(f"/announcements/{tomorrow.id}/acts/cancel")
    client.post(f"/announcements/{again_to_the_others.id}/acts/halt")
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()
    assert "was sent on with the old words" not in client.get(f"/announcements/{correction.id}/edit").text
    assert service.preview(place.admin, correction.id).people_reached == 3


def test_it_says_whom_it_misses_when_it_does_not_go_all_the_ways_of_the_first(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    for mother in place.families(2):
        ContactPointFactory(guardian=mother, kind="email", address=f"{mother.id}@family.example")
    announcement = draft(
        place,
        sms("Closed"),
        DraftText("email", "en", "Closed", subject="Closed"),
        channels=("sms", "email"),
        has_canary=False,
        send_to="all",
    )
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    house.hand_over()
    client = sign_in(place.admin)
    both = client.post(f"/announcements/{announcement.id}/acts/correct", follow_redirects=True).text
    assert "keeps the mistake" not in both
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()
    form = {"version": "1", "has_audience": "1", "has_channels": "1", "channel": ["sms"], "body-sms-en": "Open", "origin-sms-en": "written"}
    client.post(f"/announcements/{correction.id}/edit", data=form)
    for page in (f"/announcements/{correction.id}/edit", f"/announcements/{correction.id}/review"):
        assert "The first also went out by email, and this does not. Who got it only there keeps the mistake." in client.get(page).text
        assert "Exactly those" not in client.get(page).text


def test_a_correction_names_the_same_children_as_the_first_and_passes_over_nobody_who_changed_class(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    mother, other = place.families(2)
    GuardianshipFactory(student=place.child(given_name="Zoe"), guardian=mother)
    announcement = draft(
        place, sms("Fetch $StudentFirstName$ at 12:30."), has_canary=False, send_to="all", audience={"sections": [place.section.id]}
    )
    send(announcement, place.admin)
    run(10)
    house.hand_over()
    run(5)
    said = sorted(text["body"] for text in house.at_the_network())
    assert [" and Zoe" in each for each in said].count(True) == 1
    left = other.guardianships[0].student_id
    with transaction():
        db.session.execute(update(Enrollment).where(Enrollment.student_id == left).values(is_active=False))
    client = sign_in(place.admin)
    client.post(f"/announcements/{announcement.id}/acts/correct")
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()
    form = {"version": "1", "has_audience": "1", "body-sms-en": "Fetch $StudentFirstName$ at 1:30.", "origin-sms-en": "written"}
    client.post(f"/announcements/{correction.id}/edit", data=form)
    send(again(correction), place.admin)
    run(10)
    house.hand_over()
    assert sorted(text["body"] for text in house.at_the_network()[2:]) == [each.replace("12:30", "1:30") for each in said]


def test_a_correction_is_counted_as_quickly_as_any_draft(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(3)
    texts = [sms("Closed.", language) for language in ("en", "es", "vi", "ar", "fr", "zh")]
    announcement = draft(place, *texts, has_canary=False, send_to="all")
    stopped_after(house, place, announcement, 2)
    client, asked = sign_in(place.admin), dict[str, Any]()
    client.post(f"/announcements/{announcement.id}/acts/correct")
    correction = db.session.query(Announcement).filter_by(correction_of_id=announcement.id).one()

    def look(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if "announcement_recipients" in statement and statement.startswith("SELECT"):
            asked[statement] = values

    event.listen(db.engine, "before_cursor_execute", look)
    try:
        page = client.get(f"/announcements/{correction.id}/edit")
    finally:
        event.remove(db.engine, "before_cursor_execute", look)
    assert page.status_code == 200
    assert asked
    plans = [db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", values).all() for each, values in asked.items()]
    assert max(len(plan) for plan in plans) < 100  # where every branch of a verdict asked for consent anew, they had a thousand steps


def test_what_changed_is_told_by_words_in_every_script() -> None:
    assert [tuple(each) for each in changes("By bus at 8:30.", "On foot at 9:30, sharp.")] == [
        ("removed", "By bus"), ("added", "On foot"), ("same", " at "), ("removed", "8:30"), ("added", "9:30, sharp"), ("same", "."),
    ]  # fmt: skip
    assert [tuple(each) for each in changes("明天停课", "今天停课")] == [("removed", "明"), ("added", "今"), ("same", "天停课")]
    assert changes("", "") == []

"""The pages of announcements, through the front door: written, looked at, sent, and followed."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import Role
from app.announcements import family_counts
from app.announcements.queries.report import ReachPoint
from app.announcements.service import DraftText
from app.announcements.views import composer_page
from app.announcements.views.chart import chart_of
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import LocalClock, zone_of
from app.directory.models import ContactPoint, Guardian
from app.directory.words import grade_long
from app.live.models import LiveEvent
from tests.announcements.pages import admin, form, hidden, place, the_one
from tests.announcements.schools import Campus, again, draft, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import StaffFactory
from tests.query_counts import count_selects

__all__ = ["admin", "place"]


def test_an_announcement_is_written_looked_at_and_sent_without_script(place: Campus, house: House, admin: FlaskClient) -> None:
    assert "No announcements yet" in admin.get("/announcements").text
    assert "Nobody is chosen yet" in admin.get("/announcements/new").text
    kept = admin.post("/announcements/new", data=form(place, act="save"))
    address = kept.location
    page = admin.get(address).text
    assert '<output id="reach-n" aria-live="polite">7</output>' in page
    assert "in 7 of 7 families" in page
    assert "Spanish" in page
    saved = admin.post(address, data=form(place, act="review", version="1", **{"body-sms-es": "Mañana no hay clases."}))
    review = admin.get(saved.location).text
    assert "Send to 7 people in 7 families?" in review
    assert "7 texts" in review
    number = the_one().id
    refused = admin.post(f"/announcements/{number}/send", data={"version": "2", "fingerprint": hidden(review, "fingerprint")})
    assert refused.status_code == 422
    sent = admin.post(f"/announcements/{number}/send", data={"version": "2", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    assert sent.status_code == 303
    report = admin.get(sent.location).text
    assert re.search(r"Seconds until it starts<span class=\"vh\">: \d+<", report)
    admin.post(f"/announcements/{number}/acts/cancel")
    assert "Nobody got it" in admin.get(sent.location).text
    late = admin.post(
        f"/announcements/{number}/send",
        data={"version": "2", "fingerprint": hidden(review, "fingerprint"), "sure": "on"},
        follow_redirects=True,
    )
    assert "Somebody was quicker" in late.text  # in another window


def test_a_page_for_very_many_opens_before_they_are_counted(place: Campus, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = admin.post("/announcements/new", data=form(place, act="save")).location
    monkeypatch.setattr(composer_page, "LARGE", 3)
    page = admin.get(address).text
    assert 'data-counts="later"' in page
    assert "counting takes a moment" in page
    counted = '<output id="reach-n" aria-live="polite">7</output>'
    assert counted not in page
    assert counted in admin.get(address.replace("/edit", "/plan?opened=1")).text
    assert counted in admin.get(f"{address}?count=now").text


def test_the_report_adds_up(place: Campus, house: House, admin: FlaskClient) -> None:
    announcement = draft(place, sms("Closed."), sms("Cerrado.", "es"), has_canary=False, send_to="all")
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    house.hand_over()
    run(5)
    house.hear()
    page = admin.get(f"/announcements/{announcement.id}").text
    assert ">7 of 7<" in page
    assert "7 delivered" in page
    assert "3 of 3" in page
    family_counts.turn()
    assert "7 of 7 families reached" in admin.get("/announcements").text


def test_a_teacher_asks_and_a_principal_approves(place: Campus, admin: FlaskClient, sign_in: SignIn) -> None:
    teacher = StaffFactory(role=Role.OFFICE, schools=[place.school])
    announcement = draft(place, staff=teacher)
    office = sign_in(teacher)
    address = f"/announcements/{announcement.id}"
    review = office.get(f"{address}/review").text
    assert "Ask for approval" in review
    assert "As soon as it is approved" in review
    office.post(f"{address}/send", data={"version": "1", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    assert "Waits for approval" in office.get(address).text
    assert "Closed" in admin.get("/announcements?show=approvals").text
    asked = admin.get(f"{address}/review").text
    assert "Approve and send" in asked
    assert "Right away, 60 seconds after you confirm" in asked
    assert office.post(f"{address}/approve", data={"version": "2"}).status_code == 403
    admin.post(f"{address}/refuse", data={"version": "2", "because": "Say which day."})
    assert f"{place.admin.name} gave it back" in office.get(f"{address}/edit").text
    told = office.get(f"{address}/progress").text
    assert "Say which day." in told
    assert f'href="{address}/edit"' in told
    listed = office.get("/announcements").text
    assert re.search(r'data-count="announce">1<', listed)
    assert f"{place.admin.name}: “Say which day.”" in listed
    assert again(announcement).scheduled_for is None  # whenever its author is ready, and not at a time that is over by then
    review = office.get(f"{address}/review").text
    office.post(f"{address}/send", data={"version": "3", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    asked = admin.get(f"{address}/review").text
    approved = admin.post(f"{address}/approve", data={"version": "4", "fingerprint": hidden(asked, "fingerprint")})
    assert approved.status_code == 303
    assert again(announcement).state == "scheduled"
    assert re.search(r"Seconds until it starts<span class=\"vh\">: \d+<", admin.get(address).text)
    assert f"approved by {place.admin.name}" in office.get(address).text
    assert not re.search(r'data-count="announce">1<', office.get("/announcements").text)
    assert "Starting" in office.get("/announcements?show=running").text
    assert "Starting" not in office.get("/announcements?show=scheduled").text


def test_the_list_is_in_the_order_of_the_times_it_shows(place: Campus, admin: FlaskClient) -> None:
    first, second = draft(place, title="First written"), draft(place, title="Second written")
    send(first, place.admin, scheduled_for=now() + timedelta(days=2))
    listed = admin.get("/announcements").text
    assert listed.index("First written") < listed.index("Second written")
    assert second.id > first.id


def test_what_failed_is_a_file_that_no_program_runs(place: Campus, house: House, admin: FlaskClient) -> None:
    someone = place.guardians[0].id
    db.session.execute(update(Guardian).where(Guardian.id == someone).values(given_name="=HYPERLINK"))
    db.session.execute(update(ContactPoint).where(ContactPoint.guardian_id == someone).values(address="+15035553007"))
    db.session.commit()
    announcement = draft(place, has_canary=False, send_to="all")
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    house.hand_over()
    run(5)
    house.hear()
    page = admin.get(f"/announcements/{announcement.id}").text
    assert ">6 of 7<" in page
    assert "Send again to the one it failed for" in page
    lines = admin.get(f"/announcements/{announcement.id}/failed.csv").text
    assert "'=HYPERLINK" in lines
    assert lines.count("\n") == 2
    student = db.session.get_one(Guardian, someone).guardianships[0].student
    grade, whose = grade_long(student.grade), db.session.get_one(Guardian, someone).family_name
    assert f"\r\n{student.given_name} {student.family_name},{grade},'=HYPERLINK {whose}," in lines
    begun = admin.post(f"/announcements/{announcement.id}/acts/resend")
    assert "failed to reach." in admin.get(begun.location).text


def test_pages_ask_the_same_few_questions_however_many_there_are(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place, has_canary=False, send_to="all")
    place.families(20)
    db.session.commit()
    send(announcement, place.admin)
    run(until="sending")
    number = announcement.id
    few = {path: count_selects(lambda path=path: admin.get(path)) for path in ("/announcements", f"/announcements/{number}")}
    assert few["/announcements"] <= 8
    assert few[f"/announcements/{number}"] <= 30


def test_what_waits_for_its_time_gets_another(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place)
    send(announcement, place.admin, scheduled_for=now() + timedelta(days=1))
    address = f"/announcements/{announcement.id}"
    assert "Change the time" in admin.get(address).text
    day = (now() + timedelta(days=3)).strftime("%Y-%m-%dT12:00")
    assert admin.post(f"{address}/acts/reschedule", data={"version": "2", "at": day}).status_code == 303
    assert again(announcement).scheduled_for > now() + timedelta(days=2)
    assert admin.post(f"{address}/acts/reschedule", data={"version": "3", "at": "2020-01-01T12:00"}).status_code == 422
    assert admin.post(f"{address}/acts/reschedule", data={"version": "3", "at": "never"}).status_code == 422


def test_the_chart_is_drawn_once_there_is_a_line() -> None:
    start = now().replace(second=0, microsecond=0)
    clock = LocalClock(zone_of("UTC"), "en", start.date())
    assert chart_of([ReachPoint(start, 5, 1, 0)], 10, clock) is None
    drawn = chart_of([ReachPoint(start, 5, 0, 0), ReachPoint(start + timedelta(minutes=1), 10, 10, 0)], 10, clock)
    assert drawn is not None
    assert drawn.lines[0].points == "52.0,164.0 510.0,12.0"
    assert len({line.kind for line in drawn.lines}) == 3  # told apart without colour


def test_a_report_names_what_is_filled_in_and_counts_no_emails_as_none(place: Campus, admin: FlaskClient) -> None:
    words = [DraftText(one, "en", "Dear $FirstName|parents$, $TeacherName$ has news. Lunch is $3.") for one in ("sms", "email")]
    announcement = draft(place, *words, channels=("sms", "email"), send_to="all")
    asked = admin.get(f"/announcements/{announcement.id}/review").text
    assert "and no emails" in asked
    assert "0 emails" not in asked
    page = admin.get(send(announcement, place.admin) and f"/announcements/{announcement.id}").text
    assert "Dear [Guardian first name], [Author’s name] has news. Lunch is $3." in page
    assert "$FirstName" not in page


def test_who_sees_the_whole_district_hears_of_what_goes_to_it(place: Campus) -> None:
    district = place.school.district_id
    author, other = (StaffFactory(role=Role.DISTRICT_ADMIN, district_id=district) for _ in range(2))
    draft(place, staff=author, school_id=None)
    told = db.session.scalars(select(LiveEvent.audience).where(LiveEvent.name == "announcement:changed")).all()
    assert {one for one in told if one.startswith(("staff:", "school:"))} == {f"staff:{author.id}", f"staff:{other.id}"}

"""The pages of announcements, through the front door: written, looked at, sent, and followed."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Role, Staff
from app.announcements.models import Announcement, OwnPhone
from app.announcements.queries.report import ReachPoint
from app.announcements.views.chart import chart_of
from app.conversations.translation.provider import TranslatorAway
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import LocalClock, zone_of
from app.directory.models import ContactPoint, Guardian
from tests.announcements.schools import Campus, again, campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import StaffFactory
from tests.query_counts import count_selects


@pytest.fixture
def place(house: House) -> Campus:
    """A school with English and Spanish families."""
    found = campus()
    found.families(4)
    found.families(3, language="es")
    db.session.commit()
    return found


@pytest.fixture
def admin(place: Campus, sign_in: SignIn) -> FlaskClient:
    """The principal's browser."""
    return sign_in(place.admin)


def the_one() -> Announcement:
    db.session.rollback()
    return db.session.query(Announcement).order_by(Announcement.id.desc()).limit(1).one()


def form(place: Campus, **more: object) -> dict[str, object]:
    """What the composer sends."""
    return {
        "has_audience": "1", "has_channels": "1", "has_canary": "1", "title": "Closed", "school": str(place.school.id),
        "send_to": "all", "include": [f"school:{place.school.id}"], "channel": ["sms"], "body-sms-en": "Closed tomorrow.",
        "origin-sms-en": "written", "when": "now", "fallback": "en", **more,
    }  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


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
    db.session.execute(update(Announcement).values(told_at=None))  # browsers hear of it, and the list counts, once a second
    db.session.commit()
    run(2)
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
    assert "Say which day." in office.get(f"{address}/edit").text
    assert again(announcement).scheduled_for is None  # whenever its author is ready, and not at a time that is over by then
    review = office.get(f"{address}/review").text
    office.post(f"{address}/send", data={"version": "3", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    asked = admin.get(f"{address}/review").text
    approved = admin.post(f"{address}/approve", data={"version": "4", "fingerprint": hidden(asked, "fingerprint")})
    assert approved.status_code == 303
    assert again(announcement).state == "scheduled"
    assert re.search(r"Seconds until it starts<span class=\"vh\">: \d+<", admin.get(address).text)


def test_two_tabs_never_overwrite_each_other_unseen(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place)
    address = f"/announcements/{announcement.id}/edit"
    first = admin.post(address, data=form(place, version="1"), headers={"Accept": "application/json"})
    assert (first.status_code, first.json["version"]) == (200, 2)
    late = admin.post(address, data=form(place, version="1", title="Mine"), headers={"Accept": "application/json"})
    assert late.status_code == 409
    page = admin.post(address, data=form(place, version="1", title="Mine"))
    assert page.status_code == 409
    assert 'value="Mine"' in page.text
    assert again(announcement).title == "Closed"


def test_a_save_whose_answer_was_lost_is_repeated_without_harm(place: Campus, admin: FlaskClient) -> None:
    page, json = hidden(admin.get("/announcements/new").text, "page"), {"Accept": "application/json"}
    saves = [admin.post("/announcements/new", data=form(place, page=page, title=title), headers=json) for title in ("Snow", "Snow day")]
    assert [one.status_code for one in saves] == [200, 200]
    assert db.session.query(Announcement).count() == 1
    address, version = f"/announcements/{the_one().id}/edit", str(the_one().version)
    for title in ("Snow day!", "Snow day: no school"):  # the second time it does not know of the first
        saved = admin.post(address, data=form(place, page=page, version=version, title=title), headers=json)
        assert (saved.status_code, the_one().title) == (200, title)
    elsewhere = hidden(admin.get(address).text, "page")
    assert admin.post(address, data=form(place, page=elsewhere, version=str(the_one().version)), headers=json).status_code == 200
    assert admin.post(address, data=form(place, page=page, version=version), headers=json).status_code == 409


def test_before_anything_is_kept_nobody_is_said_to_be_out_of_reach(place: Campus, admin: FlaskClient) -> None:
    page = admin.get(f"/announcements/new?include=school:{place.school.id}").text
    assert "Counted as soon as you write or change something." in page
    assert "Nobody can be reached" not in page


def test_people_are_looked_at_and_left_out(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place, send_to="all")
    address = f"/announcements/{announcement.id}/people"
    page = admin.get(f"{address}?reason=send").text
    assert page.count("Leave out") > 7
    someone = place.guardians[0].id
    assert admin.post(address, data={"guardian": str(someone), "version": "1"}).status_code == 303
    assert ">6</output>" in admin.get(f"/announcements/{announcement.id}/edit").text
    assert admin.get(f"/announcements/choices?q={place.section.name}&side=exclude").text.count("aud-option") > 0


def test_one_press_translates_so_much_and_no_more(place: Campus, admin: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Slow:
        """Answers in the name of a language, until it is away."""

        name = "slow"

        def translate(self, text: str, source: str, target: str) -> str:
            asked.append(target)
            if target == "tl":
                raise TranslatorAway
            return f"{target}: {text}"

    monkeypatch.setitem(app.extensions, "translator", Slow())
    announcement = draft(place)

    def press(act: str, *languages: str) -> int:
        empty = {f"body-sms-{code}": "" for code in languages}
        version = str(again(announcement).version)
        return admin.post(f"/announcements/{announcement.id}/edit", data=form(place, version=version, act=act, **empty)).status_code

    assert press("translate-all:sms", "xx-made-up", "es", "vi", "ar") == 422  # nobody knows the first
    assert sorted(text.language for text in again(announcement).texts) == ["ar", "en", "es", "vi"]
    assert press("translate-all:sms", "tl", "pt", "hi") == 422
    assert (asked.count("tl"), "pt" in asked) == (1, False), "one who is away is not asked again at once"
    many = ["af", "sq", "eu", "be", "bg", "ca", "hr", "cs", "da", "nl", "fi", "gl", "ka", "de", "el", "he", "hu", "is", "id", "ga", "it"]
    assert press("translate-all:sms", *many) == 303
    assert asked.count("it") == 0, "the next press goes on"
    assert press("translate:x") == 422


def test_tests_are_counted_for_who_sends_them(place: Campus, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.announcements.service.testing.MOST", 2)
    db.session.execute(update(Staff).where(Staff.id == place.admin.id).values(phone="+15035550188"))
    db.session.add(OwnPhone(staff_id=place.admin.id, phone="+15035550188", confirmed_at=now()))
    db.session.commit()
    first, second = draft(place), draft(place)
    tests = [admin.post(f"/announcements/{number}/tests").status_code for number in (first.id, second.id)]
    admin.post(f"/announcements/{first.id}/discard")
    assert [*tests, admin.post(f"/announcements/{draft(place).id}/tests").status_code] == [200, 200, 429]


def test_a_time_that_no_clock_shows_is_refused(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place)
    address = f"/announcements/{announcement.id}/edit"
    gap = admin.post(address, data=form(place, version="1", act="review", when="later", at="2027-03-14T02:30"))
    assert (gap.status_code, "There is no such time" in gap.text) == (422, True)
    past = admin.post(address, data=form(place, version="2", act="review", when="later", at="2020-01-02T08:00"))
    assert (past.status_code, "This time has passed" in past.text) == (422, True)
    twice = admin.post(address, data=form(place, version="3", when="later", at="2027-11-07T01:30"), headers={"Accept": "application/json"})
    assert "comes twice" in twice.json["of_time"]
    sent = admin.post(f"/announcements/{announcement.id}/send", data={"version": "3", "fingerprint": "", "sure": "on"})
    assert sent.status_code == 409
    assert again(announcement).state == "draft"


def test_a_list_from_a_file_names_its_bad_lines(place: Campus, admin: FlaskClient) -> None:
    announcement = draft(place, audience={})
    address = f"/announcements/{announcement.id}/list"
    phone = place.guardians[0].contact_points[0].address
    lines = ["phone,name", f"{phone},Rosa", *["nonsense,Nobody"] * 601]
    file = (io.BytesIO("\n".join(lines).encode()), "trip.csv")
    assert admin.post(address, data={"file": file}).status_code == 303
    page = admin.get(address).text
    assert "1 line is in." in page
    assert "601 lines are not." in page
    assert page.count("not a phone number") == 500
    assert "These are the first 500 of 601." in page
    assert admin.get(f"{address}/not-in.csv").text.count("not a phone number") == 601
    assert re.search(r"trip\.csv <small[^>]*>1 line<", admin.get(f"/announcements/{announcement.id}/edit").text)
    assert admin.post(address, data={"file": (io.BytesIO(b""), "empty.csv")}).status_code == 422


def test_a_template_is_shared_and_never_sent(place: Campus, admin: FlaskClient, sign_in: SignIn) -> None:
    announcement = draft(place, title="Snow day")
    admin.post(f"/announcements/{announcement.id}/edit", data=form(place, version="1", act="template", title="Snow day"))
    template = the_one()
    assert template.is_template
    colleague = sign_in(StaffFactory(role=Role.TEACHER, schools=[place.school]))
    assert "Snow day" in colleague.get("/announcements?show=templates").text
    assert "Use this template" in colleague.get(f"/announcements/{template.id}").text
    assert colleague.get(f"/announcements/{template.id}/people").status_code == 404  # the words are shared, not who reads them
    begun = colleague.post(f"/announcements/{template.id}/acts/duplicate")
    assert "Closed tomorrow." in colleague.get(begun.location).text
    assert admin.get(f"/announcements/{template.id}/review").status_code == 409


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

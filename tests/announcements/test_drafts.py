"""Drafts through the front door: saved from several windows, filled from files and templates, translated, tried and timed."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Role, Staff
from app.announcements.models import Announcement, OwnPhone
from app.announcements.service.drafts import sweep_blank
from app.conversations.translation.provider import TranslatorAway
from app.core.clock import now
from app.core.database import db
from tests.announcements.pages import admin, form, hidden, place, the_one
from tests.announcements.schools import Campus, again, draft
from tests.conftest import SignIn
from tests.factories import GuardianFactory, GuardianshipFactory, StaffFactory

__all__ = ["admin", "place"]


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


def test_a_draft_in_which_nobody_wrote_anything_vanishes(place: Campus, admin: FlaskClient) -> None:
    json = {"Accept": "application/json"}
    begun = admin.post("/announcements/new", data={"page": "blank", "title": " "}, headers=json).json
    address = f"/announcements/{begun['id']}/edit"
    listed = [f'href="/announcements/{begun["id"]}"', "Without a title"]

    def shows() -> bool:
        pages = [admin.get(page).text for page in ("/announcements", "/announcements?show=drafts")]
        return {all(words in page for words in listed) for page in pages} == {True}

    assert not shows()
    assert admin.get(address).status_code == 200  # whoever began it goes on writing
    chosen = admin.post(address, data={"version": "1", "has_audience": "1", "include": f"school:{place.school.id}"}, headers=json)
    assert chosen.status_code == 200
    assert shows()
    long_ago = now() - timedelta(days=3)
    db.session.execute(update(Announcement).values(updated_at=long_ago))
    db.session.commit()
    assert sweep_blank() == 0
    assert admin.post(address, data={"version": "2", "has_audience": "1"}, headers=json).status_code == 200
    assert not shows()
    assert sweep_blank() == 0  # its page may be open
    db.session.execute(update(Announcement).values(updated_at=long_ago))
    db.session.commit()
    assert sweep_blank() == 1
    assert admin.get(address).status_code == 404


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


def test_a_search_puts_own_names_first_and_tells_two_of_one_name_apart(place: Campus, admin: FlaskClient) -> None:
    for given, family, mother in (("Ada", "Abbot", "Amari Wash"), ("Amari", "Wash", "Rosa Wash"), ("Amari", "Wash", "Ines Wash")):
        child = place.child(given_name=given, family_name=family, grade="03", search_text=f"{given} {family}".lower())
        name, _space, last = mother.partition(" ")
        own = {"given_name": name, "family_name": last, "search_text": mother.lower()}
        GuardianshipFactory(student=child, guardian=GuardianFactory(district_id=place.district.id, **own))
    found = admin.get("/announcements/choices?q=amari+wash").text
    said = [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in re.findall(r"<li>.*?</li>", found)]
    assert said == ["Amari Wash Grade 3, Rosa Wash", "Amari Wash Grade 3, Ines Wash", "Ada Abbot Grade 3"]


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
    bad = admin.get(f"{address}/not-in.csv").text
    assert bad.count("not a phone number") == 601
    assert bad.splitlines()[1] == '3,"nonsense, Nobody",not a phone number'
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

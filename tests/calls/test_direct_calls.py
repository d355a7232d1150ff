"""A teacher calls a family from her browser or from her own phone; what is true stands on the pages."""

import pytest
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.calls.models import Call
from app.core.database import db
from app.directory.models import District, Guardianship
from tests.calls.lines import Browser, Lines
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories.people import StaffFactory
from tests.factories.threads import thread
from tests.simulator.talking import until

__all__ = ["house"]
OWN = "+15035550177"


@pytest.fixture
def lines(house: House) -> Lines:
    talk = thread()
    db.session.get_one(District, talk.family.school.district_id).settings = {"quiet_hours": []}
    db.session.commit()
    return Lines(house, talk)


def place(browser: Browser, **more: object) -> str:
    """Send the form; where it leads."""
    talk = browser.lines.talk
    form = {"conversation": talk.id, "point": talk.family.contact_point.id, "request_key": "once", "way": "browser"}
    answer = browser.client.post("/calls/direct/new", data=form | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_call_from_the_browser_shows_the_schools_number_and_stands_in_the_thread(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    assert browser.client.get(f"/calls/direct/new?conversation={lines.talk.id}").status_code == 200
    where = place(browser)
    assert place(browser) == where  # a double click is one call
    call, line = lines.last()
    assert (where, call.status, line.way) == (f"/calls/phone/{call.id}", "pending", "browser")
    page = browser.client.get(where)
    assert f'data-dials="{call.uuid.hex}"' in page.text
    assert f"connect-src 'self' {lines.house.network.url};" in page.headers["Content-Security-Policy"]
    browser.listen()
    lines.do(lines.guardian, "hold")
    browser.post("calls", to=lines.guardian, wishes={"call": call.uuid.hex})
    until(lambda: lines.last()[1].stage == "far")
    assert browser.client.get(f"/calls/phone/now/{call.id}").json["words"] == "Their phone is ringing"
    lines.do(lines.guardian, "answer")
    lines.becomes("in_progress")
    (leg,) = [one for one in lines.everything() if one["handset"] == lines.guardian]
    assert leg["school"] == lines.number
    browser.post("calls", to=lines.guardian, wishes={"call": call.uuid.hex})  # the same call cannot be begun twice
    lines.do(lines.guardian, "hang_up")
    lines.becomes("finished")
    lines.settle()
    family = lines.talk.family
    said = f"{family.teacher.name} called {family.guardian.full_name}"
    assert said in browser.client.get(f"/conversations/{lines.talk.id}").text
    assert said in browser.client.get(f"/families/guardian/{family.guardian.id}?kind=call").text
    assert browser.client.post(f"/calls/{call.id}/notes", data={"notes": "Will bring the form", "seen": 0}).status_code == 303
    one = browser.client.get(f"/calls/history/{call.id}").text
    assert "Will bring the form" in one
    kept = browser.client.get(f"/families/guardian/{family.guardian.id}?show=note").text
    assert "Will bring the form" in kept
    assert f'href="/calls/history/{call.id}"' in kept
    found = browser.client.get(f"/families/guardian/{family.guardian.id}?q=bring form").text
    assert "Will bring the form" in found
    assert "Will bring the form" not in browser.client.get(f"/families/guardian/{family.guardian.id}?q=another").text
    assert "You called" in one


def test_a_call_that_voicemail_took_is_no_talk(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    place(browser)
    call, _line = lines.last()
    browser.listen()
    lines.do(lines.guardian, "hold")
    browser.post("calls", to=lines.guardian, wishes={"call": call.uuid.hex})
    until(lambda: lines.last()[1].stage == "far")
    lines.do(lines.guardian, "voicemail")
    until(lambda: lines.last()[1].outcome == "machine")
    assert browser.client.get(f"/calls/phone/now/{call.id}").json["words"] == "Voicemail picked up"
    browser.hang_up()
    lines.becomes("finished")
    lines.settle()
    family = lines.talk.family
    said = f"{family.teacher.name} called {family.guardian.full_name}. Voicemail picked up, "
    assert said in browser.client.get(f"/conversations/{lines.talk.id}").text
    assert "You called, voicemail picked up" in browser.client.get("/calls/history").text


def test_ones_own_phone_rings_first_and_only_a_person_goes_on(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    lines.do(OWN, "hold")
    assert place(browser, way="phone", own_phone="(503) 555-0177").startswith("/calls/history/")
    lines.work()
    until(lambda: any(one["handset"] == OWN and one["status"] == "ringing" for one in lines.everything()))
    lines.do(OWN, "answer")
    (own,) = [one for one in lines.everything() if one["handset"] == OWN]
    lines.hears(own["sid"], "You are about to call")
    assert not [one for one in lines.everything() if one["handset"] == lines.guardian]
    lines.house.network.set(busy_line_rate=1.0)
    lines.do(OWN, "press", keys="1")
    lines.becomes("busy")
    lines.settle()
    assert "The line is busy. Goodbye." in lines.heard(own["sid"])
    assert "The line was busy" in browser.client.get(f"/calls/history/{lines.last()[0].id}").text
    assert 'value="(503) 555-0177"' in browser.client.get(f"/calls/direct/new?conversation={lines.talk.id}").text  # not typed twice
    place(browser, way="phone", own_phone="(503) 555-0177", request_key="second")
    lines.work()
    until(lambda: any(one["handset"] == OWN and one["status"] == "ringing" for one in lines.everything()))
    lines.do(OWN, "decline")
    call, _line = lines.becomes("busy")  # her own: nobody shall read that the family was called
    lines.settle()
    assert "Your own phone was not picked up." in browser.client.get(f"/calls/history/{call.id}").text
    assert "The family’s phone did not ring." in browser.client.get(f"/conversations/{lines.talk.id}").text


def test_who_hangs_up_a_lost_call_and_whom_nobody_may_call(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    place(browser)
    call, _line = lines.last()
    assert browser.client.post(f"/calls/{call.id}/hang-up").status_code == 303
    assert lines.last()[0].status == "canceled"
    place(browser, request_key="second")  # the browser never calls
    lines.sweep()
    assert lines.last()[0].status == "canceled"
    db.session.query(Guardianship).update({"may_contact": False})
    db.session.commit()
    form = {"conversation": lines.talk.id, "point": lines.talk.family.contact_point.id, "request_key": "third"}
    assert browser.client.post("/calls/direct/new", data=form).status_code == 404  # not among the choices


def test_the_history_shows_each_person_what_they_may_see(lines: Lines) -> None:
    teacher = lines.sign_in(lines.talk.family.teacher)
    place(teacher)
    name = lines.talk.family.guardian.full_name
    colleague = lines.sign_in(StaffFactory(role=Role.TEACHER, schools=[lines.talk.family.school]))
    office = lines.sign_in(StaffFactory(role=Role.OFFICE, schools=[lines.talk.family.school]))
    assert name in teacher.client.get("/calls/history").text
    assert name not in colleague.client.get("/calls/history").text
    assert f"{lines.talk.family.teacher.name} called" in office.client.get("/calls/history").text
    assert name in office.client.get(f"/calls/history?q={lines.guardian[-4:]}").text
    for nothing in ("show=mine", "show=missed", "show=conferences", "q=nobody-of-this-name"):
        assert ("No call found" if "q=" in nothing else "No calls here") in office.client.get(f"/calls/history?{nothing}").text


def test_the_phones_page_alone_may_reach_the_carriers_network(lines: Lines) -> None:
    browser, extensions = lines.sign_in(lines.talk.family.teacher), lines.house.app.extensions
    keys = {"carrier": "twilio", "twilio_api_key_sid": "SK1", "twilio_api_key_secret": "secret" * 8, "twilio_voice_application": "AP1"}
    extensions["settings"] = extensions["settings"].model_copy(update=keys)
    page = browser.client.get("/calls/phone")
    assert "connect-src 'self' https://*.twilio.com wss://*.twilio.com; media-src" in page.headers["Content-Security-Policy"]
    assert "twilio.min.js" in page.text
    assert "twilio" not in browser.client.get("/calls/history").headers["Content-Security-Policy"]
    given = browser.client.post("/calls/phone/pass").json
    assert (given["kind"], given["identity"]) == ("twilio", lines.talk.family.teacher.uuid.hex)
    extensions["settings"] = extensions["settings"].model_copy(update={"twilio_voice_application": ""})
    assert browser.client.post("/calls/phone/pass").status_code == 409
    assert "Calls in the browser are not set up." in browser.client.get("/calls/phone").text


def test_a_script_that_places_a_call_learns_where_its_phone_is_or_why_there_is_none(lines: Lines) -> None:
    browser, talk = lines.sign_in(lines.talk.family.teacher), lines.talk
    form = {"conversation": talk.id, "point": talk.family.contact_point.id, "request_key": "asked", "way": "browser"}
    district = db.session.get_one(District, talk.family.school.district_id)

    def asks() -> TestResponse:
        return browser.client.post("/calls/direct/new", data=form, headers={"Accept": "application/json"})

    district.settings = {"quiet_hours": ["00:00", "23:59:59.999999"]}
    db.session.commit()
    refused = asks()
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "quiet_hours")
    assert "It is a quiet hour there until" in refused.json["error"]["message"]
    assert db.session.query(Call).count() == 0
    district.settings = {"quiet_hours": []}
    db.session.commit()
    assert asks().json == {"address": f"/calls/phone/{lines.last()[0].id}"}

"""Meetings as other systems find them: an address for calendar programs, and one for each call."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import AuditEvent, Role, Staff, StaffStatus
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.core.clock import now
from app.core.database import db
from app.video.models import VideoCall
from app.video.service.creating import Plan, create
from tests.api.client import ApiClient
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory, api_key


@dataclass
class Desk:
    """A teacher with a program of her own."""

    app: Flask
    teacher: Staff
    api: ApiClient

    def calendar(self) -> str:
        """What a calendar program reads."""
        address = self.api.ask("getCalendar").json["calendar"]
        answer = self.app.test_client().get(re.sub(r"^http://[^/]+", "", address))
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        return answer.text


@pytest.fixture
def desk(app: Flask) -> Desk:
    school = SchoolFactory()
    teacher = StaffFactory(role=Role.TEACHER, schools=[school], name="Zoe Okafor")
    db.session.commit()
    return Desk(app, teacher, ApiClient(app, face, api_key(person=teacher, scopes=Scope), {"X-User-Id": id24(teacher.uuid)}))


def meeting(staff: Staff, name: str, at: datetime | None = None) -> VideoCall:
    return create(staff, Plan(request_key=name, session_name=name, scheduled_at=at, minutes=30))


def test_a_calendar_program_reads_the_meetings_of_one_person(desk: Desk) -> None:
    assert desk.calendar().count("BEGIN:VEVENT") == 0
    at = (now() + timedelta(days=3)).replace(microsecond=0)
    meeting(desk.teacher, "Progress, Maya; and Ömer " + "x" * 60, at)
    meeting(StaffFactory(role=Role.TEACHER, district=None, district_id=desk.teacher.district_id), "Somebody else's")
    text = desk.calendar()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:Progress\\, Maya\\; and Ömer " + "x" * 60 in lines
    assert f"DTSTART:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{at.astimezone(UTC) + timedelta(minutes=30):%Y%m%dT%H%M%SZ}" in lines
    assert text.count("BEGIN:VEVENT") == 1
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    found = desk.api.ask("getCalendar").json
    assert (found["user_id"], found["calendar"]) == (id24(desk.teacher.uuid), desk.api.ask("getCalendar").json["calendar"])


def test_the_calendar_ends_with_the_person(desk: Desk) -> None:
    address = re.sub(r"^http://[^/]+", "", desk.api.ask("getCalendar").json["calendar"])
    browser = desk.app.test_client()
    assert browser.get(address.replace(".ics", "x.ics")).status_code == 404
    db.session.get_one(Staff, desk.teacher.id).status = StaffStatus.DEACTIVATED
    db.session.commit()
    assert browser.get(address).status_code == 404


def test_a_new_address_ends_the_one_that_somebody_else_has(desk: Desk, sign_in: SignIn) -> None:
    meeting(desk.teacher, "Progress")
    leaked = re.sub(r"^http://[^/]+", "", desk.api.ask("getCalendar").json["calendar"])
    browser, stranger = sign_in(desk.teacher), desk.app.test_client()
    assert leaked in html.unescape(browser.get("/settings/calendars").text)
    assert stranger.get(leaked).status_code == 200
    for _each in range(2):
        assert browser.post("/settings/calendars/address").location == "/settings/calendars"
        fresh = re.sub(r"^http://[^/]+", "", desk.api.ask("getCalendar").json["calendar"])
        assert fresh != leaked
        assert stranger.get(leaked).status_code == 404
        assert "SUMMARY:Progress" in stranger.get(fresh).text
        leaked = fresh
    page = html.unescape(browser.get("/settings/calendars").text)
    assert "The old one shows nothing any more." in page
    assert fresh in page
    assert db.session.query(AuditEvent).filter_by(action="calendar.address_renewed", staff_id=desk.teacher.id).count() == 2


def test_each_meeting_has_a_link_for_who_may_see_it(app: Flask, desk: Desk) -> None:
    call = meeting(desk.teacher, "Progress")
    assert desk.api.ask("getMeetingLink", meeting_id=call.id).json["full_link"].endswith(f"/video/{call.id}")
    stranger = StaffFactory(role=Role.TEACHER)
    db.session.commit()
    theirs = ApiClient(app, face, api_key(person=stranger, scopes=Scope), {"X-User-Id": id24(stranger.uuid)})
    for number in (call.id, 10**19, 0):
        assert theirs.ask("getMeetingLink", meeting_id=number).status_code == 404


def test_calendars_elsewhere_are_not_connected_and_it_is_said_what_to_do_instead(desk: Desk) -> None:
    for name in ("getGoogleAuthUrl", "getOutlookAuthUrl"):
        refused = desk.api.ask(name)
        assert (refused.status_code, "subscribe" in refused.json["detail"]) == (404, True)
    for name in ("revokeGoogleCalendar", "revokeOutlookCalendar"):
        answer = desk.api.ask(name, {"calendar": "zoe@example.org"})
        assert (answer.status_code, answer.json) == (400, {"result": False})
        assert desk.api.ask(name, {"calendar": "nobody"}).status_code == 400

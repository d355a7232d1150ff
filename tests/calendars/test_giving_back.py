"""Calendars elsewhere are given back: by an app, on the page, and when their owner leaves."""

from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from app.accounts.models import AuditEvent, Role, Staff, StaffStatus
from app.calendars import service
from app.calendars.models import CalendarAsk, CalendarGrant
from app.core.clock import now
from app.core.database import db
from tests.calendars.conftest import Desk
from tests.calendars.providers import Providers
from tests.conftest import SignIn
from tests.factories import StaffFactory


def test_google_is_asked_to_revoke_before_anything_is_forgotten(desk: Desk, providers: Providers) -> None:
    desk.connect("google")
    assert (desk.revoke("google", "else@example.org").status_code, desk.revoke("outlook").status_code) == (400, 400)
    providers.is_broken = True
    assert desk.revoke("google").status_code == 503
    assert len(desk.day()["connections"]) == 1
    providers.is_broken = False
    assert desk.revoke("google", "ZOE@example.org").json == {"result": True}
    assert (len(providers.revoked), desk.day()["connections"]) == (1, [])
    assert (desk.revoke("google").status_code, desk.revoke("google").json) == (400, {"result": False})
    desk.connect("google")
    providers.refresh.clear()  # revoked at Google before
    assert desk.revoke("google").json == {"result": True}
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "calendar.disconnected")) == 2


def test_microsoft_is_forgotten_and_that_is_said(desk: Desk) -> None:
    desk.connect("outlook")
    answer = desk.revoke("outlook").json
    assert (answer["result"], "Outlook lists the permission" in answer["detail"]) == (True, True)
    assert db.session.scalar(select(func.count(CalendarGrant.id))) == 0


def test_the_page_shows_ones_own_and_disconnects(desk: Desk, sign_in: SignIn, providers: Providers) -> None:
    empty = desk.browser.get("/settings/calendars").text
    assert ("No calendar is connected" in empty, 'href="/settings/calendars" aria-current="page"' in empty) == (True, True)
    desk.connect("google")
    desk.connect("outlook")
    assert desk.browser.get("/settings/calendars").text.count("zoe@example.org</span>") == 2
    colleague = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.teacher.district_id))
    assert "zoe@example.org" not in colleague.get("/settings/calendars").text
    form = {"provider": "google", "account": "zoe@example.org"}
    assert colleague.post("/settings/calendars/disconnect", data=form).status_code == 404
    assert desk.browser.post("/settings/calendars/disconnect", data={**form, "provider": "x"}).status_code == 404
    providers.is_broken = True
    assert desk.browser.post("/settings/calendars/disconnect", data=form).status_code == 503
    providers.is_broken = False
    done = desk.browser.post("/settings/calendars/disconnect", data=form, follow_redirects=True)
    assert ("Google was told" in done.text, len(providers.revoked)) == (True, 1)
    forgotten = desk.browser.post("/settings/calendars/disconnect", data={**form, "provider": "outlook"}, follow_redirects=True)
    assert "your Microsoft account" in forgotten.text


def test_calendars_of_people_who_left_are_given_back_and_old_ways_forgotten(desk: Desk, providers: Providers) -> None:
    desk.connect("google")
    service.tidy()
    assert db.session.scalar(select(func.count(CalendarGrant.id))) == 1
    db.session.get_one(Staff, desk.teacher.id).status = StaffStatus.DEACTIVATED
    db.session.commit()
    providers.is_broken = True
    service.tidy()
    assert providers.revoked == []
    providers.is_broken = False
    with time_machine.travel(now() + timedelta(minutes=11)):
        service.tidy()
    assert len(providers.revoked) == 1
    counts = [db.session.scalar(select(func.count(model.id))) for model in (CalendarGrant, CalendarAsk)]
    assert counts == [0, 0]

"""Calendars elsewhere, from the address of the consent to giving it back: the RingPlan face, a browser, and both providers over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.models import AuditEvent, Role
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.calendars.models import CalendarAsk, CalendarGrant
from app.config import SettingsRefused, read_settings
from app.core.clock import now
from app.core.database import db
from app.video.service.creating import Plan, create
from tests.api.client import ApiClient
from tests.calendars.conftest import DAY, NAMES, Desk
from tests.calendars.providers import Providers
from tests.conftest import SignIn
from tests.factories import StaffFactory, api_key

BOTH = pytest.mark.parametrize("which", list(NAMES))


def timed(title: str, hour: int, **more: Any) -> dict[str, Any]:
    """As Google has it."""
    start, end = (f"{DAY}T{hour + late:02}:00:00Z" for late in (0, 1))
    return {"status": "confirmed", "summary": title, "start": {"dateTime": start}, "end": {"dateTime": end}, **more}


def graph(title: str, hour: int, **more: Any) -> dict[str, Any]:
    """As Microsoft Graph has it."""
    start, end = ({"dateTime": f"{DAY}T{hour + late:02}:00:00.0000000", "timeZone": "UTC"} for late in (0, 1))
    return {"subject": title, "start": start, "end": end, "isAllDay": False, "isCancelled": False, **more}


def test_the_day_is_told_from_both_calendars_and_our_own_meetings(desk: Desk, providers: Providers) -> None:
    providers.page = 2
    providers.google_events = [
        {"summary": "Spring break", "start": {"date": DAY}, "end": {"date": "2026-03-11"}, "htmlLink": "https://calendar.example/1"},
        timed("Called off", 16, status="cancelled"),
        timed("Staff meeting", 17, hangoutLink="https://meet.example/abc", htmlLink="https://calendar.example/2"),
    ]
    providers.outlook_events = [
        graph("IEP", 19, onlineMeeting={"joinUrl": "https://teams.example/x"}),
        graph("Gone", 19, isCancelled=True),
        graph("Duty", 20, onlineMeeting=None, webLink="javascript:alert(1)"),
    ]
    desk.connect("google")
    desk.connect("outlook")
    at = datetime(2026, 3, 10, 18, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        call = create(desk.teacher, Plan(request_key="a", session_name="Progress, Maya", scheduled_at=at, minutes=30))
    found = desk.day()
    told = [(event["source"], event["title"], event["link"] or "") for event in found["events"]]
    assert told == [
        ("google", "Spring break", "https://calendar.example/1"),
        ("google", "Staff meeting", "https://meet.example/abc"),
        ("homeroom", "Progress, Maya", f"http://localhost/video/{call.id}"),
        ("outlook", "IEP", "https://teams.example/x"),
        ("outlook", "Duty", ""),
    ]
    house = found["events"][2]
    assert (house["starts_at"], house["ends_at"], house["calendar"]) == ("2026-03-10T18:00:00Z", "2026-03-10T18:30:00Z", None)
    assert desk.api.ask("getMeetingLink", meeting_id=house["meeting_id"]).json["full_link"] == house["link"]
    assert [event["is_all_day"] for event in found["events"]] == [True, False, False, False, False]
    states = [(each["provider"], each["calendar"], each["state"], each["problem"]) for each in found["connections"]]
    assert states == [("google", "zoe@example.org", "connected", None), ("outlook", "zoe@example.org", "connected", None)]
    asked = next(query for query in providers.queries if "timeMin" in query)
    assert datetime.fromisoformat(asked["timeMax"]) - datetime.fromisoformat(asked["timeMin"]) == timedelta(days=1)
    assert [each["title"] for each in desk.day(**{"from": "2026-03-11", "to": "2026-03-12"})["events"]] == []


def test_days_that_cannot_be_told_are_refused(desk: Desk) -> None:
    assert desk.api.ask("getCalendar").json["events"] == []
    for days in ({"from": "2026-03-11", "to": DAY}, {"from": DAY, "to": "2026-04-10"}, {"from": "9999-12-31"}, {"from": "tomorrow"}):
        assert desk.api.ask("getCalendar", query=days).status_code == 400, days
    assert desk.api.ask("getCalendar", query={"from": DAY, "to": "2026-04-09"}).status_code == 200


@BOTH
def test_a_way_back_is_gone_once_and_by_one_person_alone(desk: Desk, sign_in: SignIn, which: str, providers: Providers) -> None:
    path = desk.way_back(which)
    assert desk.app.test_client().get(path).location.startswith("/sign-in?next=")
    colleague = StaffFactory(role=Role.TEACHER, district=None, district_id=desk.teacher.district_id)
    for stranger in (colleague, StaffFactory(role=Role.DISTRICT_ADMIN)):
        refused = sign_in(stranger).get(path)
        assert (refused.status_code, "belongs to somebody else" in refused.text) == (404, True)
    other = "outlook" if which == "google" else "google"
    assert desk.browser.get(path.replace(f"/{which}?", f"/{other}?")).status_code == 404
    assert len(providers.codes) == 1
    assert desk.browser.get(path).status_code == 303
    assert desk.browser.get(path).status_code == 404
    state = parse_qs(urlsplit(path).query)["state"][0]
    assert desk.browser.get(path.replace(state, state[:-2] + "xx")).status_code == 404
    late = desk.way_back(which)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert desk.browser.get(late).status_code == 404
    assert db.session.scalars(select(CalendarGrant.staff_id)).all() == [desk.teacher.id]


def test_tokens_and_verifiers_are_sealed_and_audit_names_the_calendar(desk: Desk, providers: Providers) -> None:
    desk.connect("google")
    desk.connect("google")  # once more, which replaces the first
    grant = db.session.scalars(select(CalendarGrant)).one()
    secrets = [*providers.refresh, *providers.access]
    kept = " ".join([grant.refresh_token, grant.access_token, *db.session.scalars(select(CalendarAsk.verifier))])
    assert not [each for each in secrets if each in kept]
    lines = [(each.action, each.details) for each in db.session.scalars(select(AuditEvent).where(AuditEvent.action.like("calendar.%")))]
    assert lines == [("calendar.connected", {"provider": "Google", "account": "zoe@example.org"})] * 2


@BOTH
def test_who_says_no_or_gives_too_little_connects_nothing(desk: Desk, which: str, providers: Providers) -> None:
    providers.says_no = True
    assert "was not allowed" in desk.browser.get(desk.way_back(which)).text
    providers.says_no, providers.scope = False, "openid email"
    assert desk.browser.get(desk.way_back(which)).status_code == 403
    providers.scope, providers.is_broken = None, True
    assert desk.browser.get(desk.way_back(which)).status_code == 503
    assert db.session.scalar(select(func.count(CalendarGrant.id))) == 0


@BOTH
def test_tokens_are_renewed_and_what_cannot_be_read_is_named(desk: Desk, which: str, providers: Providers) -> None:
    providers.google_events, providers.outlook_events = [timed("One", 17)], [graph("One", 17)]
    desk.connect(which)
    with time_machine.travel(now() + timedelta(hours=2)):  # the token's time is up
        assert [each["title"] for each in desk.day()["events"]] == ["One"]
    assert providers.refreshed == 1
    providers.access.clear()  # withdrawn before its time
    assert [each["title"] for each in desk.day()["events"]] == ["One"]
    assert providers.refreshed == 2
    assert [each["title"] for each in desk.day()["events"]] == ["One"]
    assert providers.refreshed == 2
    providers.is_broken = True
    [missing] = desk.day()["connections"]
    assert (missing["state"], "Try again" in missing["problem"]) == ("unreachable", True)
    providers.is_broken = False
    assert len(desk.day()["events"]) == 1
    providers.access.clear()
    providers.refresh.clear()  # she took it back there
    for _each in range(2):
        found = desk.day()
        assert (found["events"], found["connections"][0]["state"]) == ([], "lapsed")
        assert "Connect it again" in found["connections"][0]["problem"]
    desk.connect(which)
    assert desk.day()["connections"][0]["state"] == "connected"


def test_a_token_goes_nowhere_but_to_its_provider_and_long_calendars_end(desk: Desk, providers: Providers) -> None:
    providers.page, providers.leads_elsewhere = 1, True
    providers.outlook_events = [graph(f"Event {number}", 17) for number in range(9)]
    desk.connect("outlook")
    assert desk.day()["connections"][0]["state"] == "unreachable"
    providers.leads_elsewhere = False
    found = desk.day()
    assert (len(found["events"]), "fewer days" in found["connections"][0]["problem"]) == (4, True)


def test_a_key_reads_only_the_calendars_of_who_acts(desk: Desk, providers: Providers) -> None:
    providers.google_events = [timed("Private", 17)]
    desk.connect("google")
    for other in (
        StaffFactory(role=Role.TEACHER, district=None, district_id=desk.teacher.district_id),
        StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.teacher.district_id),
    ):
        db.session.commit()
        theirs = ApiClient(desk.app, face, api_key(person=other, scopes=Scope), {"X-User-Id": id24(other.uuid)})
        found = theirs.ask("getCalendar", query={"from": DAY}).json
        assert (found["events"], found["connections"]) == ([], [])
        assert theirs.ask("revokeGoogleCalendar", {"calendar": "zoe@example.org"}).status_code == 400
    assert providers.revoked == []


def test_half_a_client_is_refused_at_start() -> None:
    for name in ("GOOGLE", "OUTLOOK"):
        with pytest.raises(SettingsRefused, match=f"{name}_CLIENT_ID and {name}_CLIENT_SECRET are set together"):
            read_settings({f"{name}_CLIENT_ID": "x", "SECRET_KEY": "s" * 32})

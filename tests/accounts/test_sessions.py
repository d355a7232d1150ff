"""Sessions: how long they hold, who ends them, and what they cost."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask, Response
from sqlalchemy import event, select

from app.accounts import sessions
from app.accounts.models import Staff, StaffSession, StaffStatus
from app.accounts.permissions import Permission, requires
from app.core.clock import now
from app.core.database import db
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory

PAGE = "/voicemail/counts"
"""One that is quickly made, for everybody who is in."""


@pytest.fixture
def teacher(app: Flask) -> Staff:
    return StaffFactory(schools=[SchoolFactory()])


@pytest.mark.own_app
def test_a_session_lets_its_browser_in_with_one_query(app: Flask, sign_in: SignIn, teacher: Staff) -> None:
    @requires(Permission.SIGNED_IN)
    def probe() -> Response:
        return Response("in")

    app.add_url_rule("/probe", "probe", probe)
    browser = sign_in(teacher)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    assert browser.get("/probe").text == "in"
    assert [line for line in statements if not line.startswith("BEGIN")] == [statements[-1]]


def test_who_just_came_in_was_seen(sign_in: SignIn, teacher: Staff) -> None:
    sign_in(teacher)
    db.session.refresh(teacher)
    assert teacher.last_seen_at is not None


def test_a_forged_or_missing_token_is_nobody(app: Flask, client, teacher: Staff) -> None:
    db.session.commit()
    assert client.get(PAGE).status_code == 303
    with client.session_transaction() as session:
        session["_user_id"] = str(teacher.id)
    assert client.get(PAGE).status_code == 303


@pytest.mark.parametrize(
    ("away", "is_in"),
    [(timedelta(hours=11, minutes=59), True), (timedelta(hours=12, seconds=1), False)],
)
def test_a_silent_session_ends(sign_in: SignIn, teacher: Staff, away: timedelta, is_in: bool) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        browser = sign_in(teacher)
    with time_machine.travel(start + away, tick=False):
        assert (browser.get(PAGE).status_code == 200) is is_in


def test_a_busy_session_ends_after_its_days(sign_in: SignIn, teacher: Staff) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False) as clock:
        browser = sign_in(teacher)
        for _ in range(60):
            clock.shift(timedelta(hours=11, minutes=59))
            assert browser.get(PAGE).status_code == 200
        clock.shift(timedelta(hours=11, minutes=59))
        assert browser.get(PAGE).status_code == 303


def test_a_shared_computer_forgets_after_fifteen_minutes(app: Flask, client, teacher: Staff) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        token = sessions.start_session(teacher, user_agent="", address="", shared=True)
        with client.session_transaction() as session:
            session["_user_id"] = token
        clock.shift(timedelta(minutes=14))
        assert client.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=14))
        assert client.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=14))
        assert client.get(PAGE, headers={"Homeroom-Background": "1"}).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert client.get(PAGE).status_code == 303


@pytest.mark.own_app
def test_being_there_is_written_once_a_minute(sign_in: SignIn, teacher: Staff) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        browser = sign_in(teacher)
        writes: list[str] = []
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda _c, _k, statement, *_: writes.append(statement) if statement.startswith("UPDATE") else None,
        )
        for _ in range(5):
            browser.get(PAGE)
            clock.shift(timedelta(seconds=11))
        assert writes == []
        clock.shift(timedelta(seconds=11))
        browser.get(PAGE)
        browser.get(PAGE)
        assert len(writes) == 2  # the session and the person, once
        assert db.session.scalars(select(StaffSession.last_seen_at)).one() == now()
        assert teacher.last_seen_at == now()


def test_a_session_ended_elsewhere_stops_with_the_next_request(sign_in: SignIn, teacher: Staff) -> None:
    here, there = sign_in(teacher), sign_in(teacher)
    mine, other = sessions.sessions_of(teacher)[::-1]
    sessions.end_sessions(teacher, keep=mine.id)
    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 303
    assert [row.id for row in sessions.sessions_of(teacher)] == [mine.id]
    assert other.ended_at is not None


def test_a_deactivated_person_is_out_at_once(sign_in: SignIn, teacher: Staff) -> None:
    browser = sign_in(teacher)
    teacher.status = StaffStatus.DEACTIVATED
    assert browser.get(PAGE).status_code == 303

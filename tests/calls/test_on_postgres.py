"""The same on the other database, whose rows are held one by one."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.accounts.models import Role, Staff
from app.calls.models import Call, CallWish, LineAgent, Recording
from app.calls.service import direct, number_lines, recordings, starting
from app.core.database import db, transaction
from app.voicemail.models import Greeting
from app.voicemail.service import greetings
from tests.calls.conftest import OWN, Desk
from tests.calls.test_console import test_buttons_act_on_the_leg_clicked_and_show_what_the_carrier_says as test_buttons
from tests.calls.test_listing import test_somebody_on_two_phones_took_part_once as test_two_phones
from tests.calls.test_recordings import test_only_what_is_recorded_is_written_down as test_written_down
from tests.calls.test_silence import test_lost_answers_are_looked_up_and_never_repeated_blindly as test_lost_answers
from tests.calls.test_silence import test_what_is_silent_is_asked_for_and_settled as test_silence
from tests.carrier.conftest import Carrier
from tests.conftest import SignIn
from tests.factories import StaffFactory

__all__ = ["test_buttons", "test_lost_answers", "test_silence", "test_two_phones", "test_written_down"]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


def test_who_clicks_twice_on_two_connections_sees_the_first(desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    family = desk.thread.family
    browsers = [desk.browser, sign_in(family.teacher)]
    conference = {
        "conversation": desk.thread.id, "request_key": "both", "moderator": OWN, "point": [family.contact_point.id],
    }  # fmt: skip
    direct_call = {
        "conversation": desk.thread.id, "request_key": "both of it", "point": family.contact_point.id, "way": "phone", "own_phone": OWN,
    }  # fmt: skip
    greeting = {"kind": "words", "language": "en", "words": "Please leave a message."}
    for module, name, path, form in (
        (starting, "chosen", "/calls/new", conference), (direct, "chosen", "/calls/direct/new", direct_call),
        (greetings, "_find", "/voicemail/greetings", greeting),
    ):  # fmt: skip
        with monkeypatch.context() as patched:
            patched.setattr(module, name, both_together(getattr(module, name)))
            assert clicked(browsers, path, form) == [303, 303]
    db.session.rollback()
    assert sorted(one.kind for one in db.session.query(Call)) == ["conference", "direct"]
    assert db.session.query(Greeting).count() == 1


def test_a_turn_holds_the_row_of_the_line_and_not_that_of_the_colleague(desk: Desk) -> None:
    family = desk.thread.family
    admin, office = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=family.school.district_id), StaffFactory(schools=[family.school])
    office.role = Role.OFFICE
    db.session.commit()
    line = number_lines.save_line(admin, None, number_lines.Wish(phone_number_id=family.number.id))
    number_lines.sign_on(office, line.id, phone="+15035550177")
    with transaction(), db.engine.connect() as another:
        agent = number_lines.on_duty(line)
        assert agent is not None
        assert agent.staff_id == office.id
        assert another.execute(select(Staff.id).where(Staff.id == office.id).with_for_update(nowait=True)).all()
        with pytest.raises(OperationalError):
            another.execute(select(LineAgent.id).with_for_update(nowait=True))


def both_together(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same, which nobody passes the first time before both have come to it."""
    meeting, come = threading.Barrier(2), list[int]()

    def wait(*given: Any, **named: Any) -> Any:
        found = step(*given, **named)
        come.append(1)
        if len(come) <= 2:
            meeting.wait(5)
        return found

    return wait


def clicked(browsers: list[FlaskClient], path: str, form: dict[str, Any]) -> list[int]:
    """The answers to the same form from all browsers at once."""
    answers: list[int] = []
    clicks = [threading.Thread(target=lambda one=one: answers.append(one.post(path, data=form).status_code)) for one in browsers]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    return answers


def test_a_recording_fails_while_the_answer_that_it_runs_is_written_down(
    desk: Desk, carrier_calls: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.everybody_in()
    assert desk.press_all("record") == 303
    desk.work()
    desk.board.fetch(desk.board.asked[-1][-1])
    desk.board.room(desk.legs[0], "announcement-end")
    both, answers, begin = threading.Barrier(2), list[int](), desk.board.tapes.start

    def news(status: str) -> None:
        answers.append(
            carrier_calls(
                "/webhooks/twilio/voice/recording", {"RecordingSid": "RE0", "RecordingStatus": status, "CallSid": line}
            ).status_code
        )

    def start(call: str, reference: str) -> str:
        number = begin(call, reference)
        news("in-progress")
        fails.start()
        return number

    def each_has_its_own(step: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*given: Any, **named: Any) -> Any:
            if fails.is_alive():
                with suppress(threading.BrokenBarrierError):
                    both.wait(0.7)  # who holds one row waits for the other to hold one, too
            return step(*given, **named)

        return wait

    line, fails = desk.legs[0].provider_call_id, threading.Thread(target=news, args=("failed",))
    monkeypatch.setattr(desk.board.tapes, "start", start)
    for name in ("apply", "expect"):
        monkeypatch.setattr(recordings, name, each_has_its_own(getattr(recordings, name)))
    desk.work()
    fails.join()
    assert answers == [204, 204]
    assert [one.state for one in db.session.query(CallWish).filter_by(kind="record")] == ["done"]
    assert [one.state for one in db.session.query(Recording)] == ["failed"]

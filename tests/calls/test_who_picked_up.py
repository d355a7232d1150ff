"""The carrier guesses who picked up at the family's, and no guess hides a talk."""

from datetime import timedelta

import pytest
import time_machine

from app.calls.models import DirectCall
from app.core.clock import now
from app.core.database import db
from tests.calls.conftest import Desk
from tests.conftest import SignIn


@pytest.mark.parametrize(
    ("heard", "is_late", "minutes", "listed", "told"),
    [
        ("machine_start", False, 1, "You called, voicemail picked up", ". Voicemail picked up, 1 minute."),
        ("fax", True, 1, "You called, a fax machine picked up", ". A fax machine picked up, 1 minute."),
        ("machine_start", False, 5, "You called", ", 5 minutes."),
        ("machine_start", True, 5, "You called", ", 5 minutes."),
    ],
)
def test_a_guess_never_hides_a_talk(desk: Desk, sign_in: SignIn, heard: str, is_late: bool, minutes: int, listed: str, told: str) -> None:
    browser, people = desk.browser, desk.thread.family
    form = {"conversation": desk.thread.id, "point": people.contact_point.id, "request_key": "once", "way": "browser"}
    assert browser.post("/calls/direct/new", data=form).status_code == 303
    line = db.session.query(DirectCall).one()
    told_by = f"/webhooks/twilio/voice/%s?ref={line.reference('far')}"
    far = {"CallSid": "CA" + "7" * 32}

    def guess() -> None:
        assert desk.board.webhook(told_by % "detection", far | {"AnsweredBy": heard}).status_code == 204

    assert desk.board.webhook(told_by % "status", far | {"CallStatus": "in-progress"}).status_code == 204
    if not is_late:
        guess()
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
        assert desk.board.webhook(told_by % "status", far | {"CallStatus": "completed"}).status_code == 204
        if is_late:
            guess()
        again = sign_in(people.teacher)
        page = again.get(f"/calls/history/{line.call_id}").text
        assert f"<small>{listed} · <span" in page
        assert f"{minutes}:00</td>" in page
        assert f"{people.teacher.name} called {people.guardian.full_name}{told}" in again.get(f"/conversations/{desk.thread.id}").text

"""The row that changed comes with the push that tells of it: to each who looks as they would be answered, and to nobody else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from app.accounts.models import Role, Staff, StaffSession
from app.core.clock import now
from app.core.database import db
from app.extensions import socketio
from app.live import pieces
from app.live.models import LiveEvent
from tests.calls.conftest import Desk
from tests.conftest import SignIn
from tests.factories import StaffFactory

NEVER_THE_SAME = re.compile(r'name="csrf_token" value="[^"]*"|data-ticks="\d+">[\d:]+<|call-timer">.*?</span></span>')
"""Each form's own token, and what clocks show."""


class Tab:
    """A page of the conference in somebody's browser."""

    def __init__(self, desk: Desk, browser: FlaskClient, *, takes: bool = True) -> None:
        self.browser, self.call_id = browser, desk.call.id
        for name in ("_login_user", "workplace"):  # of the page that was asked for before, inside this test's context
            g.pop(name, None)
        self.socket: SocketIOTestClient = socketio.test_client(desk.app, flask_test_client=browser)
        self.answer = self.socket.emit("listen", {"to": f"call:{self.call_id}", "pieces": takes}, callback=True)

    def heard(self) -> list[dict[str, Any]]:
        """What was told of the call since the last question."""
        told = [message["args"][0] for message in self.socket.get_received() if message["name"] == "event"]
        return [event for event in told if event["name"] == "call:changed"]

    def asked(self, leg_id: int) -> str:
        return self.browser.get(f"/calls/{self.call_id}/now?leg={leg_id}", headers={"HX-Request": "true"}).text


@pytest.fixture
def tabs(desk: Desk) -> Iterator[list[Tab]]:
    desk.everybody_in()
    opened: list[Tab] = []
    yield opened
    for tab in opened:
        if tab.socket.is_connected():
            tab.socket.disconnect()
    assert pieces.takers.of(f"call:{desk.call.id}") == {}


def colleague(desk: Desk, role: Role, **more: Any) -> Staff:
    person: Staff = StaffFactory(role=role, schools=[desk.thread.family.school], **more)
    db.session.commit()
    return person


def test_each_who_looks_is_brought_what_they_would_be_answered(desk: Desk, tabs: list[Tab], sign_in: SignIn) -> None:
    spanish, viewer = colleague(desk, Role.OFFICE, language="es"), colleague(desk, Role.VIEWER)
    stranger = StaffFactory(role=Role.OFFICE)
    db.session.commit()
    teacher, second = Tab(desk, desk.browser), Tab(desk, desk.browser)
    office, reader = Tab(desk, sign_in(spanish)), Tab(desk, sign_in(viewer))
    asking, other = Tab(desk, sign_in(spanish), takes=False), Tab(desk, sign_in(stranger))
    tabs += [teacher, second, office, reader, asking, other]
    assert [tab.answer["ok"] for tab in tabs] == [True] * 5 + [False]
    rosa = desk.legs[1]
    desk.board.room(rosa, "participant-mute", sequence=20, Muted="true")
    brought = []
    for tab in (teacher, second, office, reader):
        [event] = tab.heard()
        assert event["payload"]["participant_id"] == rosa.id
        assert 'value=""' in event["piece"]
        assert NEVER_THE_SAME.sub("", event["piece"]) == NEVER_THE_SAME.sub("", tab.asked(rosa.id))
        brought.append(event["piece"])
    assert brought[0] == brought[1]
    assert 'value="unmute"' in brought[0]
    assert "entró" in brought[2]
    assert 'name="act"' not in brought[3]
    [event] = asking.heard()
    assert "piece" not in event
    assert other.heard() == []
    kept = db.session.query(LiveEvent).filter_by(audience=f"call:{rosa.call_id}").order_by(LiveEvent.id.desc()).first()
    assert kept is not None
    assert rosa.name not in json.dumps(kept.payload)


def test_who_may_not_see_it_any_more_is_brought_nothing(desk: Desk, tabs: list[Tab], sign_in: SignIn) -> None:
    office, viewer = colleague(desk, Role.OFFICE), colleague(desk, Role.VIEWER)
    moved, ended = Tab(desk, sign_in(office)), Tab(desk, sign_in(viewer))
    tabs += [moved, ended]
    rosa = desk.legs[1]
    desk.board.room(rosa, "participant-mute", sequence=20, Muted="true")
    assert all("piece" in event for tab in tabs for event in tab.heard())
    # As another process would, whose news of it is still on its way.
    db.session.query(StaffSession).filter_by(staff_id=viewer.id).update({"ended_at": now()})
    db.session.get_one(Staff, office.id).school_links = []
    db.session.commit()
    desk.board.room(rosa, "participant-unmute", sequence=21, Muted="false")
    for tab in tabs:
        [event] = tab.heard()
        assert "piece" not in event
    assert moved.browser.get(f"/calls/{rosa.call_id}/now?leg={rosa.id}").status_code == 404


def test_what_changes_much_or_is_looked_at_by_many_is_asked_for(desk: Desk, tabs: list[Tab]) -> None:
    tabs += [Tab(desk, desk.browser) for _ in range(pieces.MOST)]
    desk.board.room(desk.legs[1], "participant-mute", sequence=20, Muted="true")
    assert ["piece" in event for tab in tabs for event in tab.heard()] == [True] * pieces.MOST
    tabs.append(Tab(desk, desk.browser))
    desk.board.room(desk.legs[1], "participant-unmute", sequence=21, Muted="false")
    assert ["piece" in event for tab in tabs for event in tab.heard()] == [False] * (pieces.MOST + 1)
    tabs.pop().socket.disconnect()
    desk.press_all("end")
    desk.work()
    desk.board.room(desk.legs[1], "conference-end")
    told = tabs[0].heard()
    assert {event["payload"]["participant_id"] for event in told} == {None, *(leg.id for leg in desk.legs)}
    assert not any("piece" in event for event in told)


def test_a_row_that_cannot_be_drawn_is_told_all_the_same(desk: Desk, tabs: list[Tab], monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_given: object) -> dict[int, str]:
        raise ZeroDivisionError

    tabs.append(Tab(desk, desk.browser))
    monkeypatch.setitem(pieces._draws, "call:changed", cannot)
    rosa = desk.legs[1]
    desk.board.room(rosa, "participant-mute", sequence=20, Muted="true")
    [event] = tabs[0].heard()
    assert event["payload"]["participant_id"] == rosa.id
    assert "piece" not in event

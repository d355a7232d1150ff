"""What the tests of calls share: a thread, its teacher, and a conference that she began."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.calls import carrying
from app.calls.models import Call, CallWish, ConferenceParticipant
from app.calls.service.sweeping import look_round
from app.core.clock import now
from app.core.database import db
from app.directory.models import District
from tests.calls.switchboard import Switchboard
from tests.carrier.conftest import Carrier, carrier_calls
from tests.conftest import SignIn
from tests.factories.threads import Thread, thread

__all__ = ["carrier_calls"]
OWN = "+15035550177"
INTERPRETER = "+15035550188"


@dataclass
class Desk:
    """A teacher at her browser."""

    app: Flask
    board: Switchboard
    browser: FlaskClient
    thread: Thread

    def start(self, **more: Any) -> TestResponse:
        """Send the form, with the guardian and an interpreter."""
        form = {
            "conversation": self.thread.id, "request_key": "once", "moderator": OWN, "point": [self.thread.family.contact_point.id],
            "name": "Ana Ruiz", "phone": INTERPRETER, "role": "interpreter",
        }  # fmt: skip
        return self.browser.post("/calls/new", data={**form, **more})

    def work(self) -> int:
        """One turn of the worker."""
        db.session.commit()
        done = carrying.carry_out(self.app)
        db.session.commit()
        db.session.expire_all()
        return done

    @property
    def call(self) -> Call:
        """Her only one."""
        db.session.rollback()
        return db.session.query(Call).filter_by(staff_id=self.thread.family.teacher.id).one()

    @property
    def legs(self) -> list[ConferenceParticipant]:
        """The moderator, the guardian, the interpreter."""
        db.session.rollback()
        return db.session.query(ConferenceParticipant).order_by(ConferenceParticipant.id).all()

    def state(self) -> tuple[str, list[str]]:
        """Of the call, and of each leg."""
        return self.call.status, [leg.state for leg in self.legs]

    def press(self, leg: ConferenceParticipant, act: str) -> int:
        """A button of one row."""
        return self.browser.post(f"/calls/{leg.call_id}/legs/{leg.id}", data={"act": act}).status_code

    def press_all(self, act: str) -> int:
        """A button of the bar."""
        return self.browser.post(f"/calls/{self.call.id}", data={"act": act}).status_code

    def later(self) -> None:
        """What waits is due."""
        db.session.query(CallWish).update({"due_at": now() - timedelta(seconds=1)})
        db.session.commit()

    def silence(self) -> None:
        """Nothing was heard for long, and a sweep looks."""
        db.session.query(Call).update({"look_at": now() - timedelta(seconds=1)})
        db.session.commit()
        assert look_round(self.app) == 1
        db.session.commit()
        db.session.expire_all()

    def answer(self) -> None:
        """The moderator picks up and is in; the others are asked for."""
        self.start()
        self.work()
        moderator = self.legs[0]
        self.board.script(moderator, key="1")
        self.board.room(moderator, "participant-join", Muted="false", Hold="false")
        self.work()

    def everybody_in(self) -> None:
        """All three are in."""
        self.answer()
        for leg in self.legs[1:]:
            self.board.script(leg)
            self.board.detect(leg, "human")
            self.board.room(leg, "participant-join", Muted="false", Hold="false")


@pytest.fixture
def desk(app: Flask, sign_in: SignIn, carrier_calls: Carrier) -> Desk:
    talk = thread()
    db.session.get_one(District, talk.family.teacher.district_id).settings = {"quiet_hours": []}
    db.session.commit()
    board = Switchboard(carrier_calls)
    app.extensions["voice_carrier"] = app.extensions["conference_carrier"] = board
    app.extensions["recording_carrier"], app.extensions["transcript_carrier"] = board.tapes, board.pens
    return Desk(app, board, sign_in(talk.family.teacher), talk)

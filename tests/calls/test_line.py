"""A caller waits in the office's line, and the carrier's answers about taking the call are lost."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.calls import carrying
from app.calls.models import Call, DirectCall
from app.carrier.gateway import CarrierRefused, CarrierUnreachable
from app.core.database import db
from app.live.models import LiveEvent
from tests.calls.conftest import Desk
from tests.conftest import SignIn
from tests.factories.people import StaffFactory

INCOMING = "/webhooks/twilio/voice/incoming"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
CALLER = "CA" + "7" * 32
STRANGER = "+15035550166"
MOST = 5


@dataclass
class Waiting:
    """A stranger in the office's line, and whoever takes the call."""

    desk: Desk
    office: FlaskClient
    line: DirectCall

    def ask(self, page: str, **more: str) -> str:
        """What the caller's phone is told."""
        form = {"CallSid": CALLER, "CallStatus": "in-progress", "Direction": "inbound", "From": STRANGER, **more}
        to = {"To": self.desk.thread.family.number.address}
        return self.desk.board.webhook(f"{INCOMING}/{page}?ref={self.line.reference('far')}&n=0", form | to).text

    def take(self) -> int:
        """Press the button."""
        return self.office.post(f"/calls/line/{self.line.call_id}/take").status_code

    def work(self, failing: Exception | None = None) -> int:
        """A turn of the worker; how much it asked for."""
        self.desk.board.failing = failing
        self.desk.later()
        done = carrying.carry_out(self.desk.app)
        db.session.expire_all()
        return done


@pytest.fixture
def in_line(desk: Desk, sign_in: SignIn) -> Waiting:
    school = desk.thread.family.school
    school.office_hours = ALWAYS
    db.session.commit()
    form = {"CallSid": CALLER, "CallStatus": "ringing", "Direction": "inbound", "From": STRANGER, "To": desk.thread.family.number.address}
    assert desk.board.webhook(INCOMING, form).status_code == 200
    found = Waiting(desk, sign_in(StaffFactory(role=Role.OFFICE, schools=[school])), db.session.query(DirectCall).one())
    assert "<Enqueue" in found.ask("choice", Digits="1")
    return found


@pytest.fixture
def waiting(in_line: Waiting) -> Waiting:
    found = in_line
    assert found.take() == 204
    return found


@pytest.mark.parametrize(
    ("failure", "stage"), [(CarrierUnreachable("lost"), "line"), (CarrierRefused("20003"), "line"), (CarrierRefused("20404"), "over")]
)
def test_who_waits_goes_on_waiting_where_nobody_could_be_asked(waiting: Waiting, failure: Exception, stage: str) -> None:
    for _ in range(MOST):
        waiting.work(failure)
    assert waiting.line.stage == stage
    hears = waiting.ask("wait", QueuePosition="1", QueueTime="30")
    assert ("To leave a message instead, press 2." if stage == "line" else "<Leave") in hears
    assert waiting.take() == (204 if stage == "line" else 409)
    waiting.work()
    assert [one[:2] for one in waiting.desk.board.asked] == ([("redirect", CALLER)] if stage == "line" else [])


def test_who_was_led_away_is_not_led_back_because_an_answer_was_lost(waiting: Waiting) -> None:
    waiting.work(CarrierUnreachable("lost"))
    assert "<Dial" in waiting.ask("taken")
    assert waiting.work() == 0
    assert (waiting.line.stage, waiting.desk.board.asked) == ("browser", [])


def test_who_takes_calls_in_a_browser_takes_one_at_a_time_and_nobody_loses_their_place(waiting: Waiting) -> None:
    other = {"CallSid": "CA" + "8" * 32, "From": "+15035550167", "To": waiting.desk.thread.family.number.address}
    assert waiting.desk.board.webhook(INCOMING, other | {"CallStatus": "ringing", "Direction": "inbound"}).status_code == 200
    second = db.session.query(DirectCall).order_by(DirectCall.call_id.desc()).first()
    assert second is not None
    again = Waiting(waiting.desk, waiting.office, second)
    form = other | {"CallStatus": "in-progress", "Direction": "inbound", "QueuePosition": "1"}
    ask = f"{INCOMING}/%s?ref={second.reference('far')}&n=0"
    assert "<Enqueue" in waiting.desk.board.webhook(ask % "choice", form | {"Digits": "1"}).text
    refused = again.office.post(f"/calls/line/{second.call_id}/take", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "on_a_call")  # the first rings there already
    waiting.work()
    assert "<Dial" in waiting.ask("taken")
    assert "<Enqueue" in waiting.ask("rang", DialCallStatus="no-answer")  # the carrier puts them behind the other
    assert "You are number 2 in line." in waiting.desk.board.webhook(ask % "wait", form).text
    assert "You are number 1 in line." in waiting.ask("wait", QueuePosition="2")
    assert again.take() == 204


def test_a_second_call_out_of_the_browser_waits_for_the_end_of_the_first(waiting: Waiting) -> None:
    desk, people = waiting.desk, waiting.desk.thread.family
    form = {"conversation": desk.thread.id, "point": people.contact_point.id, "way": "browser"}

    def place(key: str) -> int:
        answer = desk.browser.post("/calls/direct/new", data=form | {"request_key": key})
        assert answer.status_code == 303 or "You are on a call in the browser." in answer.text
        return answer.status_code

    assert place("closed window") == 303
    assert place("next") == 303  # no browser had begun the first: it gives way
    closed, going = db.session.query(Call).filter_by(kind="direct").order_by(Call.id)
    assert (closed.status, going.status) == ("canceled", "pending")
    leg = f"/webhooks/twilio/voice/status?ref=direct.{going.id}.own"
    assert desk.board.webhook(leg, {"CallSid": "CA" + "5" * 32, "CallStatus": "ringing"}).status_code == 204
    assert place("third") == 422
    assert desk.board.webhook(leg, {"CallSid": "CA" + "5" * 32, "CallStatus": "completed"}).status_code == 204
    assert place("fourth") == 303


def test_who_waits_is_seen_wherever_one_is_and_is_spoken_with_at_one_press(in_line: Waiting) -> None:
    office, call_id = in_line.office, in_line.line.call_id
    assert in_line.desk.browser.get("/calls/line/count").json == {"waiting": 0}  # a teacher answers no line
    for page in ("/calls", "/conversations", "/voicemail"):
        assert 'data-count="calls">1<' in office.get(page).text
    page = office.get("/calls").text
    assert "number 1 in line" in page
    assert f'href="/calls/phone?take={call_id}"' in page  # it opens the phone
    pressed = {"Sec-Fetch-Site": "same-origin"}
    assert f'data-takes="{call_id}"' in office.get(f"/calls/phone?take={call_id}", headers=pressed).text
    assert f'data-takes="{call_id}"' not in office.get(f"/calls/phone?take={call_id}", headers={"Sec-Fetch-Site": "cross-site"}).text
    assert office.post("/calls/phone/here").status_code == 204
    assert f'action="/calls/line/{call_id}/take"' in office.get("/calls").text
    assert in_line.take() == 204
    assert office.get("/calls/line/count").json == {"waiting": 0}
    assert db.session.query(LiveEvent).filter_by(name="line:changed").count() == 2
    assert "<Dial" in in_line.ask("taken")
    assert [one["is_taken"] for one in office.get("/calls/phone/ringing").json] == [True]  # that window picks up by itself

"""Live calls: from the carrier's signed event to the row in the console, which comes with what a browser hears of it.

The yardstick is a POST that does nothing but emit, and one request for a row of the same size that asks nothing.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from app import create_app
from app.accounts.models import Role, Staff
from app.calls.models import Call, CallState, ConferenceCall, ConferenceParticipant, LegState, PartRole
from app.calls.references import room_of
from app.config import read_settings
from app.core.clock import now
from app.core.database import db
from app.directory.models import PhoneNumber, School
from bench.figures import Figure
from bench.live import within
from bench.live_house import Server, bare_server, our_server
from tests.live.browsers import Browsers, browsers

ROUNDS, EVENTS, WARM = 6, 25, 8
PEOPLE = 8
CONFERENCE, LINE = "CF" + "b" * 32, "CA" + "b" * 32


def figures() -> Iterator[Figure]:
    with sides() as (ours, bare):
        for _ in range(ROUNDS):
            for side in (bare, ours):
                for _ in range(EVENTS):
                    side.seconds.append(side.one())
        for quantile in (0.5, 0.95):
            name = f"carrier event to the console's row, p{round(quantile * 100)}"
            yield within(name, ours.at(quantile), bare.at(quantile), 1.5, "ms", bytes=ours.size, bare_bytes=bare.size)


@dataclass
class Side:
    """A server, one browser that looks, and what was measured with it."""

    server: Server
    crowd: Browsers
    cookie: str
    row: str
    event: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    validator: RequestValidator | None = None
    seconds: list[float] = field(default_factory=list)
    size: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self, quantile: float) -> float:
        """Milliseconds."""
        return round(sorted(self.seconds)[min(int(len(self.seconds) * quantile), len(self.seconds) - 1)] * 1000, 2)

    def one(self) -> float:
        """From the event to the row."""
        number = next(self.numbers)
        is_on = "true" if number % 2 else "false"
        form = {**self.form, "id": str(number), "SequenceNumber": str(number), "Muted": is_on}
        form["StatusCallbackEvent"] = "participant-mute" if number % 2 else "participant-unmute"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.validator is not None:
            headers["X-Twilio-Signature"] = self.validator.compute_signature(self.server.url + self.path, form)
        begun = time.monotonic()
        answer = self.server.pool.urlopen("POST", self.path, body=urlencode(form), headers=headers)
        assert answer.status in {200, 204}, (answer.status, answer.data[:200])
        told = None
        while told is None:
            told = next((event for _, _, event in self.crowd.heard(1) if event["name"] == self.event), None)
        if "piece" in told:
            ended = time.monotonic()
            assert f'value="{"unmute" if number % 2 else "mute"}"' in told["piece"]
            self.size = len(told["piece"])
            return ended - begun
        row = self.server.pool.request("GET", self.row, headers={"Cookie": self.cookie, **self.headers}, timeout=20)
        assert row.status == 200, row.status
        self.size = len(row.data)
        return time.monotonic() - begun


@contextlib.contextmanager
def sides() -> Iterator[tuple[Side, Side]]:
    """Ours and the bare one, one browser before each."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(our_server(1, HOMEROOM_WORKER="0"))
        call_id, leg_id, form = conference(ours)
        crowd = stack.enter_context(browsers(ours.url))
        assert crowd.connect([ours.cookies[1]], [("listen", {"to": f"call:{call_id}", "pieces": True})]) == 1
        settings = read_settings(ours.environment)
        mine = Side(
            ours, crowd, ours.cookies[1], f"/calls/{call_id}/now?leg={leg_id}", "call:changed", "/webhooks/twilio/voice/conference?ref=leg.1.1",
            {"HX-Request": "true"}, form, RequestValidator(settings.twilio_auth_token),
        )  # fmt: skip
        for _ in range(WARM):
            mine.one()
        folder = settings.data
        bare = stack.enter_context(bare_server(1, folder))
        listener = stack.enter_context(browsers(bare.url))
        assert listener.connect([""]) == 1
        yardstick = Side(bare, listener, "", f"/row?size={mine.size}", "message:new", "/say", form={"body": "x"})
        for _ in range(WARM):
            yardstick.one()
        yield mine, yardstick


def conference(server: Server) -> tuple[int, int, dict[str, str]]:
    """One that goes on, with some people in; gives its id, that of a leg, and what the carrier says of that."""
    app = create_app(read_settings(server.environment | {"HOMEROOM_WORKER": "0"}))
    with app.app_context():
        school, staff = db.session.query(School).first(), db.session.query(Staff).filter(Staff.role == Role.OFFICE).first()
        number = db.session.query(PhoneNumber).first()
        assert school is not None
        assert staff is not None
        assert number is not None
        call = Call(
            district_id=school.district_id, school_id=school.id, staff_id=staff.id, phone_number_id=number.id, title="Meeting",
            request_key="bench", status=CallState.IN_PROGRESS, answered_at=now(), look_at=now(),
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        db.session.add(ConferenceCall(call_id=call.id, provider_id=CONFERENCE, maximum_minutes=60))
        legs = [
            ConferenceParticipant(
                call_id=call.id, role=PartRole.GUARDIAN if index else PartRole.MODERATOR, name=f"Person {index}",
                address=f"+1503555{index:04d}", state=LegState.JOINED, since=now(), joined_at=now(), provider_call_id=f"{LINE}{index}",
            )
            for index in range(PEOPLE)
        ]  # fmt: skip
        db.session.add_all(legs)
        db.session.commit()
        leg = legs[-1]
        form = {
            "ConferenceSid": CONFERENCE, "FriendlyName": room_of(call), "CallSid": leg.provider_call_id or "", "ParticipantLabel": leg.reference,
        }  # fmt: skip
        return call.id, leg.id, form

"""The whole way of a call over real HTTP: our application, a simulated network, a guardian's handset and a teacher's browser."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.accounts import sessions
from app.accounts.models import Staff
from app.calls import carrying
from app.calls.models import Call, DirectCall
from app.calls.service import direct_sweeping
from app.carrier.voice_choice import INCOMING, WEBHOOKS, public_address_of, softphones_of
from app.core.clock import now
from app.core.database import db
from tests.delivery.house import House
from tests.factories.threads import Thread
from tests.simulator.talking import until

SPEED = 40


@dataclass
class Lines:
    """One thread, and everything that rings around it."""

    house: House
    talk: Thread
    phones: dict[str, "Browser"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house.network.set(call_speed=SPEED)
        number = {"number": self.number, "name": "The school", "voice_url": public_address_of(self.house.app, INCOMING)}
        status = public_address_of(self.house.app, f"{WEBHOOKS}/status")
        self.house.network.control("numbers", number | {"status_callback": status})

    @property
    def number(self) -> str:
        return self.talk.family.number.address

    @property
    def guardian(self) -> str:
        return self.talk.family.contact_point.address

    def sign_in(self, staff: Staff) -> "Browser":
        """A browser of this person, on real HTTP for what needs no page."""
        token = sessions.start_session(staff, user_agent="pytest", address="127.0.0.1")
        client = self.house.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return Browser(self, staff, client)

    def calls_in(self, handset: str | None = None, *, is_in_hand: bool = True) -> str:
        """Somebody calls the school's number from a phone; who has it in hand has time to find a key."""
        handset = handset or self.guardian
        self.do(handset, "hold" if is_in_hand else "let_go")
        return str(self.house.network.control(f"handsets/{handset}/calls", {"to": self.number})["sid"])

    def do(self, handset: str, act: str, **more: Any) -> None:
        self.house.network.control(f"handsets/{handset}/call/{act}", more)

    def heard(self, sid: str, *kinds: str) -> list[str]:
        """What was said on a call at the network."""
        return [line["words"] for line in self.story(sid)["lines"] if line["kind"] in (kinds or ("heard",))]

    def story(self, sid: str) -> dict[str, Any]:
        return next(one for one in self.everything() if one["sid"] == sid)

    def everything(self) -> list[dict[str, Any]]:
        """All calls at the network."""
        return list(self.house.network.control("calls")["calls"])

    def hears(self, sid: str, words: str) -> None:
        """Wait until the caller heard that."""
        try:
            until(lambda: any(words in one for one in self.heard(sid)))
        except AssertionError:
            pytest.fail(f"never heard: {words}; but {self.heard(sid, 'heard', 'pressed', 'trouble', 'end')}")

    def work(self) -> None:
        """One turn of the worker."""
        db.session.commit()
        carrying.carry_out(self.house.app)
        db.session.commit()

    def sweep(self) -> None:
        """Ask the carrier about everything, as if nothing had been heard for a while."""
        db.session.rollback()
        db.session.query(Call).update({"look_at": now()})
        db.session.commit()
        direct_sweeping.look_round(self.house.app)
        db.session.commit()

    def last(self) -> tuple[Call, DirectCall]:
        """The newest call, as it is in the database."""
        db.session.rollback()
        db.session.expire_all()
        row = db.session.execute(select(Call, DirectCall).join(DirectCall, DirectCall.call_id == Call.id).order_by(Call.id.desc())).first()
        assert row is not None
        return row.Call, row.DirectCall

    def becomes(self, status: str, outcome: str | None = None) -> tuple[Call, DirectCall]:
        """Wait until the newest call stands so."""

        def stands_so() -> bool:
            call, line = self.last()
            return call.status == status and outcome in {None, line.outcome}

        until(stands_so)
        return self.last()

    def settle(self) -> None:
        self.house.network.settle()


@dataclass
class Browser:
    """A teacher's browser with a softphone in it."""

    lines: Lines
    staff: Staff
    client: Any

    def listen(self) -> None:
        """Take calls here."""
        issued = softphones_of(self.lines.house.app).issue(self.staff.uuid.hex)
        assert issued is not None
        self.address = f"{self.lines.house.network.url}/softphone"
        self.headers = {"Authorization": f"Bearer {issued.token}"}
        assert self.client.post("/calls/phone/here").status_code == 204
        self.state()

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.address}/state", headers=self.headers, timeout=5).json()

    def is_in(self, state: str) -> dict[str, Any] | None:
        call = self.state()["call"]
        return call if call and call["state"] == state else None

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.address}/{path}", json=body, headers=self.headers, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def answer(self) -> dict[str, Any]:
        """Take the call that rings."""
        ringing = until(lambda: self.is_in("ringing"))
        self.post(f"calls/{ringing['sid']}/answer")
        return ringing

    def hang_up(self) -> None:
        self.post(f"calls/{self.state()['call']['sid']}/hang_up")

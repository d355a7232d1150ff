"""A conference outlives the house: web and worker are killed in the middle of it, and the console shows what the carrier says."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask

from app.accounts.models import Staff
from app.calls.models import Call, CallWish, ConferenceParticipant
from app.calls.service import Invitee, Plan, start_conference
from app.core.clock import now
from app.core.database import db
from app.directory.models import District
from tests.factories.threads import thread
from tests.faults.people import wait_until
from tests.houses import House, model_house, running_house
from tests.simulator.running import Network, running_network

pytestmark = pytest.mark.faults
OWN = "+15035550177"
GUESTS = [f"+1503222{index:04d}" for index in range(4)]
RETRIES = (0.2, 0.5, *[1.0] * 120)
"""Until the house is up again, however busy the machine."""


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with running_network(database=tmp_path / "network.sqlite3", retry_delays=RETRIES) as network:
        network.set(call_speed=4, answers_after=29.0, callback_delay=0.05, latency_max=0.05, repeat_callbacks=2)
        yield network


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, network: Network) -> Iterator[House]:
    model = model_house(tmp_path_factory.getbasetemp(), demo=False)
    with running_house(tmp_path / "house", like=model, HOMEROOM_DEMO="0", SIMULATOR_URL=network.url) as house:
        yield house


def test_a_conference_goes_on_whatever_dies(house: House, network: Network) -> None:
    beside = house.beside()
    with beside.app_context():
        family = thread().family
        db.session.get_one(District, family.teacher.district_id).settings = {"quiet_hours": []}
        db.session.commit()
        hold_all(network)
        network.control("numbers", [{"number": family.number.address, "name": "School"}])
        guests = [Invitee(f"Guest {index}", phone) for index, phone in enumerate(GUESTS)]
        plan = Plan("once", OWN, guardian_id=family.guardian.id, others=guests)
        call_id = start_conference(db.session.get_one(Staff, family.teacher.id), plan).id
        email = family.teacher.email
    wait_until(lambda: hold_all(network) and hand(network, OWN, "answer"), 60)
    network.set(call_speed=0.1)  # whose phone rings from now on, rings until the house is up again
    wait_until(lambda: hold_all(network) and hand(network, OWN, "press", keys="1") and len(rung(network)) > 1, 60)
    die(house)  # while the others are being called
    house.start()
    wait_until(lambda: is_there(house))
    wait_until(lambda: hold_all(network) and hurry(beside) and len(rung(network)) == len(GUESTS) + 1, 60, said=lambda: states(beside))
    network.set(call_speed=4)
    for phone in GUESTS:
        wait_until(lambda phone=phone: hand(network, phone, "answer"), 60, said=lambda: states(beside))
    wait_until(lambda: hurry(beside) and states(beside) == ("in_progress", Counter(joined=5)), 60, said=lambda: states(beside))
    die(house)
    hand(network, GUESTS[0], "hang_up")  # and nobody is there to hear of it
    house.start()
    wait_until(lambda: hurry(beside) and states(beside)[1] == Counter(joined=4, left=1), 60, said=lambda: states(beside))
    page = requests.get(f"{house.url}/calls/{call_id}", cookies={"homeroom": house.cookie_of(beside, email)}, timeout=20).text
    assert re.search(r"Guest 0</span>.*?<span[^>]*>(?:<svg.*?</svg>)?Left the call<", page, re.DOTALL)
    assert Counter(rung(network)) == Counter([OWN, *GUESTS])  # nobody's phone rang twice


def die(house: House) -> None:
    """As in a power cut, and all of it."""
    house.kill()
    wait_until(lambda: not is_there(house))


def is_there(house: House) -> bool:
    """Whether anybody answers."""
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{house.url}/sign-in", timeout=20).ok
    return False


def hand(network: Network, phone: str, does: str, **more: str) -> bool:
    """What the person with a phone in hand does; False while there is no call for it."""
    answer = requests.post(f"{network.url}/_control/handsets/%2B{phone[1:]}/call/{does}", json=more, timeout=70)
    return bool(answer.ok and answer.json()["ok"])


def hold_all(network: Network) -> bool:
    """Nobody's phone answers by itself."""
    return all(hand(network, phone, "hold") for phone in (OWN, *GUESTS))


def rung(network: Network) -> list[str]:
    """Whom the carrier called."""
    return [one["handset"] for one in network.control("calls")["calls"]]


def states(app: Flask) -> tuple[str, Counter[str]]:
    with app.app_context():
        found = Counter(state for (state,) in db.session.query(ConferenceParticipant.state))
        return db.session.query(Call).one().status, found


def hurry(app: Flask) -> bool:
    """What waits to be looked up, or at, is looked at now and not in a minute."""
    with app.app_context():
        at = now()
        asked = (CallWish.state == "begun", CallWish.begun_at < at - timedelta(seconds=3))
        db.session.query(CallWish).filter(*asked).update({"due_at": at})
        db.session.query(Call).filter(Call.look_at > at + timedelta(seconds=80)).update({"look_at": at})
        db.session.commit()
        return True

"""A batch of another system, while the house is killed twice: everyone hears it exactly once, and the other system of everyone."""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from app.api.groupcall.models import Fate, GroupcallRecipient
from app.core.database import db
from tests.factories import DistrictFactory, PhoneNumberFactory, SchoolFactory, api_bearer
from tests.faults.people import wait_until
from tests.faults.test_kill_announcement import people
from tests.houses import House, model_house, running_house
from tests.simulator.running import Network, running_network
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.faults
REACHED = 90
FIRST_DEATH, SECOND_DEATH = 10, 50
RETRIES = (0.2, 0.5, *[1.0] * 120)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with running_network(database=tmp_path / "network.sqlite3", retry_delays=RETRIES) as network:
        network.set(latency_min=0.0, latency_max=0.02, callback_delay=0.05)
        yield network


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, network: Network, receiver: Receiver) -> Iterator[House]:
    model = model_house(tmp_path_factory.getbasetemp(), demo=False)
    variables = {"HOMEROOM_DEMO": "0", "SIMULATOR_URL": network.url, "WEBHOOK_ALLOWED_ORIGINS": receiver.origin}
    with running_house(tmp_path / "house", like=model, **variables) as house:
        yield house


def let_in(app: Flask) -> dict[str, str]:
    """A school whose number speaks quickly at any hour, its families, and a system's credentials."""
    with app.app_context():
        district = DistrictFactory(settings={"quiet_hours": []})
        school = SchoolFactory(district=district)
        PhoneNumberFactory(district=district, segments_per_second=50.0)
        people(district.id, school.id)
        bearer, token = api_bearer(district.id)
        db.session.remove()
        return {"UserName": "SIS", "CustomerId": bearer.customer_number, "Password": token}


def fates(app: Flask) -> Counter[str]:
    with app.app_context():
        found = db.session.execute(select(GroupcallRecipient.state, func.count()).group_by(GroupcallRecipient.state))
        return Counter({row[0]: row[1] for row in found})


def test_everyone_hears_a_batch_exactly_once_and_the_system_hears_of_everyone(house: House, network: Network, receiver: Receiver) -> None:
    beside = house.beside()
    numbers = [f"1503201{number:04d}" for number in range(REACHED)]
    body = {**let_in(beside), "SMSMessage": "School is closed.", "CallbackUrl": f"{receiver.origin}/in", "Recipients": numbers}
    network.gate.close_after(FIRST_DEATH)
    answer = requests.post(f"{house.url}/groupcall/api/SendMessage_V3/SMS", json=body, timeout=60)
    assert (answer.status_code, answer.json()["errorMsg"]) == (200, f"OK {REACHED} messages queued for sending.")
    for sends in (SECOND_DEATH, math.inf):
        network.gate.wait_until_closed()
        house.kill()
        assert fates(beside)[Fate.DELIVERED] < REACHED, "it died too late to lose anything"
        network.gate.open(sends)
        house.start()
    wait_until(lambda: fates(beside) == Counter({Fate.DELIVERED: REACHED}), said=lambda: fates(beside))
    sent = network.control(f"messages?direction=outbound-api&limit={2 * REACHED}")["messages"]
    assert Counter(one["to"] for one in sent) == Counter({f"+{number}": 1 for number in numbers})

    def told() -> set[str]:
        asked = [parse_qs(urlsplit(one.target).query) for one in list(receiver.heard)]
        return {one["Recipient"][0] for one in asked if one["Status"] == ["Delivered"]}

    wait_until(lambda: told() == {f"+{number}" for number in numbers}, said=lambda: len(told()))
    once = {(one.headers["webhook-id"], parse_qs(urlsplit(one.target).query)["id"][0]) for one in receiver.heard}
    assert len(once) == len({webhook_id for webhook_id, _name in once})

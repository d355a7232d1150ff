"""Nothing lost, nothing twice: the embedded house, its pages and its worker in one process, is killed again and again.

Meanwhile hundreds of texts leave it, and families text it: the network tries a webhook again that nobody took.
"""

import math
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.carrier.models import InboundText
from app.conversations.models import UnknownText
from app.core.database import db, transaction
from app.delivery import service
from app.delivery.models import Delivery
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import PhoneNumber
from tests.factories import PhoneNumberFactory
from tests.faults.people import wait_until
from tests.houses import House, model_house, running_house
from tests.servers import fresh_database
from tests.simulator.running import Network, running_network

pytestmark = pytest.mark.faults
TEXTS = {"sqlite": 1000, "postgres": 320}
PHONES, PER_SECOND, ANSWERS, KILLS = 80, 250, 60, 2
BETWEEN_DEATHS = (5, 90)
RETRIES = (0.2, 0.5, *[1.0] * 240)
"""Until the house is up again, however busy the machine."""


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with running_network(database=tmp_path / "network.sqlite3", retry_delays=RETRIES) as network:
        network.set(latency_min=0.0, latency_max=0.03, callback_delay=0.05, drop_callbacks=0.3)
        yield network


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, network: Network) -> Iterator[House]:
    variables = {"HOMEROOM_DEMO": "0", "SIMULATOR_URL": network.url}
    if request.param == "sqlite":
        model = model_house(tmp_path_factory.getbasetemp(), demo=False)
        with running_house(tmp_path / "house", like=model, **variables) as house:
            yield house
        return
    with (
        fresh_database(request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")) as database,
        running_house(tmp_path / "house", DATABASE_URL=database, **variables) as house,
    ):
        yield house


@pytest.fixture
def texts(request: pytest.FixtureRequest) -> int:
    return TEXTS[request.node.callspec.params["house"]]


def put_texts_into_the_outbox(number: PhoneNumber, texts: int) -> None:
    with transaction():
        for index in range(texts):
            recipient = Recipient(f"+1503201{index % PHONES:04d}", number.id)
            service.enqueue(EnqueueRequest(number.district_id, "test", index, f"Text {index}", (recipient,), is_reply=True))


def let_families_text(network: Network, school: str) -> None:
    """One after the other, whether or not anybody is at home."""
    for index in range(ANSWERS):
        network.control(f"handsets/%2B1503202{index:04d}/texts", {"to": school, "body": f"Answer {index}"})
        time.sleep(0.1)  # a family's pace, through all kills


def left(app: Flask, *states: str) -> int:
    with app.app_context():
        return db.session.query(Delivery).filter(Delivery.state.in_(states)).count()


def unfiled(app: Flask) -> int:
    with app.app_context():
        return ANSWERS - db.session.query(UnknownText).count()


def standing(app: Flask, network: Network) -> object:
    """How far the answers are, for a failure."""
    with app.app_context():
        kept = db.session.query(InboundText.routed_at.is_not(None), InboundText.attempts).all()
    return unfiled(app), Counter(tuple(row) for row in kept), network.control(""), network.control("webhooks?after=0")["webhooks"][-3:]


def at_the_network(network: Network) -> Counter[str]:
    return Counter(one["body"] for one in network.control("messages?direction=outbound-api&limit=3000")["messages"])


def test_every_text_arrives_once_and_every_answer_is_kept_once(house: House, network: Network, texts: int) -> None:
    beside = house.beside()
    chance = random.Random(2026)
    first, *more = (chance.randrange(*BETWEEN_DEATHS) for _ in range(KILLS))
    network.gate.close_after(first)
    with beside.app_context():
        number = PhoneNumberFactory(segments_per_second=PER_SECOND)
        db.session.commit()
        school = number.address
        network.control("numbers", [{"number": school, "sms_url": f"{house.url}/webhooks/twilio/messages"}])
        put_texts_into_the_outbox(number, texts)
        db.session.remove()
    families = threading.Thread(target=let_families_text, args=(network, school))
    families.start()
    for sends in (*more, math.inf):
        network.gate.wait_until_closed()
        time.sleep(chance.uniform(0.0, 0.3))  # how much of it is written down
        house.kill()
        assert left(beside, "pending", "processing"), "it died too late to lose anything"
        network.gate.open(sends)
        house.start()
    families.join()
    wait_until(lambda: not left(beside, "pending", "processing"))
    assert at_the_network(network) == Counter(f"Text {index}" for index in range(texts))
    assert left(beside, "sending", "sent", "delivered") == texts
    wait_until(lambda: not unfiled(beside), said=lambda: standing(beside, network))
    with beside.app_context():
        kept = Counter(body for (body,) in db.session.query(InboundText.body))
        filed = Counter(body for (body,) in db.session.query(UnknownText.body))
    assert kept == filed == Counter(f"Answer {index}" for index in range(ANSWERS))

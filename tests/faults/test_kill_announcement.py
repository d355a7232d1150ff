"""An announcement to hundreds, while the house that sends it is killed twice: everyone hears it, and exactly once."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from app.announcements import service
from app.announcements.counts import counts_of
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.service import Draft, DraftText
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian, Guardianship, Student
from tests.announcements.schools import campus
from tests.faults.people import wait_until
from tests.houses import House, model_house, running_house
from tests.servers import fresh_database
from tests.simulator.running import Network, running_network

pytestmark = pytest.mark.faults
FAMILIES, PER_SECOND = 240, 50
FIRST_DEATH, SECOND_DEATH = 12, 110
RETRIES = (0.2, 0.5, *[1.0] * 120)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with running_network(database=tmp_path / "network.sqlite3", retry_delays=RETRIES) as network:
        network.set(latency_min=0.0, latency_max=0.02, callback_delay=0.05, drop_callbacks=0.8)
        yield network


@pytest.fixture(params=["embedded", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, network: Network) -> Iterator[House]:
    with ExitStack() as stack:
        variables = {"HOMEROOM_DEMO": "0", "SIMULATOR_URL": network.url}
        if request.param == "postgres":
            server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
            variables["DATABASE_URL"] = stack.enter_context(fresh_database(server, template))
            yield stack.enter_context(running_house(tmp_path / "house", **variables))
        else:
            model = model_house(tmp_path_factory.getbasetemp(), demo=False)
            yield stack.enter_context(running_house(tmp_path / "house", like=model, **variables))


def people(district_id: int, school_id: int) -> None:
    """Families by the statement; factories would take longer than the announcement."""
    numbers = range(1, FAMILIES + 1)
    names = {"given_name": "Rosa", "family_name": "Hernández"}
    adults = list(db.session.scalars(insert(Guardian).returning(Guardian.id), [{"district_id": district_id, **names} for _ in numbers]))
    rows = [{"district_id": district_id, "school_id": school_id, **names} for _ in numbers]
    children = list(db.session.scalars(insert(Student).returning(Student.id), rows))
    pairs = zip(children, adults, strict=True)
    db.session.execute(insert(Guardianship), [{"student_id": child, "guardian_id": adult} for child, adult in pairs])
    phones = [
        {"district_id": district_id, "guardian_id": adult, "kind": "mobile", "address": f"+1503201{number:04d}"}
        for number, adult in enumerate(adults)
    ]
    db.session.execute(insert(ContactPoint), phones)


def announce(app: Flask) -> int:
    """Write, look, confirm."""
    with app.app_context():
        place = campus(numbers=2, per_second=PER_SECOND)
        people(place.district.id, place.school.id)
        db.session.commit()
        words = (DraftText("sms", "en", "School is closed tomorrow."),)
        chosen = {"schools": [place.school.id]}
        draft = service.create(place.admin, Draft("Closed", place.school.id, texts=words, audience=chosen, has_canary=False))
        planned = service.plan(place.admin, draft.id, version=1)
        assert planned.addresses == FAMILIES
        service.accept(place.admin, draft.id, version=1, fingerprint=planned.fingerprint, typed_name=place.school.name)
        db.session.remove()
        return draft.id


def reached(network: Network) -> Counter[str]:
    sent = network.control(f"messages?direction=outbound-api&limit={2 * FAMILIES}")["messages"]
    return Counter(one["to"] for one in sent)


def state(app: Flask, announcement_id: int) -> tuple[str, int]:
    with app.app_context():
        return db.session.get_one(Announcement, announcement_id).state, counts_of(announcement_id).waiting


def left(app: Flask, announcement_id: int) -> int:
    with app.app_context():
        return counts_of(announcement_id).together.left


def test_everyone_hears_it_exactly_once(house: House, network: Network) -> None:
    beside = house.beside()
    network.gate.close_after(FIRST_DEATH)
    announcement = announce(beside)
    for sends in (SECOND_DEATH, math.inf):
        network.gate.wait_until_closed()
        house.kill()
        assert left(beside, announcement) < FAMILIES, "it died too late to lose anything"
        network.gate.open(sends)
        house.start()
    wait_until(lambda: state(beside, announcement)[0] == "finished", said=lambda: state(beside, announcement))
    assert reached(network) == Counter({f"+1503201{number:04d}": 1 for number in range(FAMILIES)})
    with beside.app_context():
        found = counts_of(announcement).together
        states = Counter(one for (one,) in db.session.query(Delivery.state))
        assert db.session.query(AnnouncementRecipient).count() == FAMILIES
    assert (found.total, found.waiting, found.failed) == (FAMILIES, 0, 0)
    assert states.total() == FAMILIES

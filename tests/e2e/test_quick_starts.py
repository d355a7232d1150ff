"""The quick starts of the four interfaces run as they stand, against a house as `make run` starts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.models import Bearer, BearerType
from app.accounts.sandbox import SANDBOX_TOKEN
from app.accounts.scopes import Scope
from app.accounts.service import NewSystem, let_in_by_operator
from app.api.reader.quick import QUICK
from app.core.database import db
from app.directory.models import District
from tests.api.quick_starts import THEIRS, check, read, run
from tests.e2e.conftest import control
from tests.houses import House, keep_awake, model_house, running_house
from tests.servers import free_port

pytestmark = pytest.mark.e2e

PAGES = ["common-services", "ringplan", "groupcall", "courier", "webhooks", "live-feed"]
RECEIVER, PORT = "http://127.0.0.1:9000", "PORT=9000"
"""Where the pages say that a receiver is."""


@dataclass(frozen=True)
class Shop:
    """A house, and what stands here for the addresses of the pages."""

    house: House
    places: dict[str, str]

    def key_for(self, name: str) -> dict[str, str]:
        """What stands for the sandbox here: a key that may do no more than the page says."""
        scopes = QUICK[name].scopes
        kind = BearerType.ADMIN if Scope.MANAGE in scopes else BearerType.APPLICATION
        with self.house.beside().app_context():
            district = db.session.scalars(select(District.id).order_by(District.id)).first()
            assert district is not None
            new = let_in_by_operator(district, NewSystem("Sandbox", kind), scopes=scopes)
            customer = db.session.get_one(Bearer, new.key.bearer_id).customer_number
            return {SANDBOX_TOKEN: new.token, "CUSTOMER=100001": f"CUSTOMER={customer}"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A demo house whose network is in a hurry."""
    model, port = model_house(tmp_path_factory.getbasetemp()), free_port()
    receiver = f"http://127.0.0.1:{port}"
    with running_house(tmp_path_factory.mktemp("shop"), like=model, WEBHOOK_ALLOWED_ORIGINS=receiver) as house:
        control(house, "settings", {"callback_delay": 0.05, "answers_after": 1, "fax_speed": 60})
        keep_awake(house.beside())
        yield Shop(house, {THEIRS: house.url, RECEIVER: receiver, PORT: f"PORT={port}"})


@pytest.mark.parametrize(("name", "language"), [(name, language) for name in PAGES for language in read(name).programs])
def test_a_quick_start_runs_as_it_stands(shop: Shop, tmp_path: Path, name: str, language: str) -> None:
    page = read(name)
    assert page.prints[language], "a page says what its programs print"
    own = shop.key_for(name) if language == "bash" else {}
    check(run(language, page.programs[language], tmp_path, **shop.places, **own), page.prints[language])

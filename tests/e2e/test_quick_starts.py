"""The quick starts of the four interfaces run as they stand, against a house as `make run` starts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.quick_starts import THEIRS, check, read, run
from tests.e2e.conftest import control
from tests.houses import keep_awake, model_house, running_house
from tests.servers import free_port

pytestmark = pytest.mark.e2e

PAGES = ["common-services", "ringplan", "groupcall", "courier", "webhooks", "live-feed"]
RECEIVER, PORT = "http://127.0.0.1:9000", "PORT=9000"
"""Where the pages say that a receiver is."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A demo house whose network is in a hurry, and what stands here for the addresses of the pages."""
    model, port = model_house(tmp_path_factory.getbasetemp()), free_port()
    receiver = f"http://127.0.0.1:{port}"
    with running_house(tmp_path_factory.mktemp("shop"), like=model, WEBHOOK_ALLOWED_ORIGINS=receiver) as house:
        control(house, "settings", {"callback_delay": 0.05, "answers_after": 1, "fax_speed": 60})
        keep_awake(house.beside())
        yield {THEIRS: house.url, RECEIVER: receiver, PORT: f"PORT={port}"}


@pytest.mark.parametrize(("name", "language"), [(name, language) for name in PAGES for language in read(name).programs])
def test_a_quick_start_runs_as_it_stands(places: dict[str, str], tmp_path: Path, name: str, language: str) -> None:
    page = read(name)
    assert page.prints[language], "a page says what its programs print"
    check(run(language, page.programs[language], tmp_path, **places), page.prints[language])

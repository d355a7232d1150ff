"""Each test gets a fresh network and a fresh school, on real ports."""

from collections.abc import Iterator

import pytest

from tests.simulator.running import Network, School, running_network, served


@pytest.fixture
def school() -> Iterator[School]:
    """A school that hears webhooks."""
    school = School()
    with served(school.app()) as url:
        school.url = url
        yield school


@pytest.fixture
def network(school: School) -> Iterator[Network]:
    """A network in memory whose inbound texts go to the school; its statuses follow each other quickly."""
    with running_network(inbound_url=f"{school.url}/inbound") as network:
        network.set(callback_delay=0.02)
        yield network

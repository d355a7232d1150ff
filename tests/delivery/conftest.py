"""What the tests of the outbox share."""

from collections.abc import Iterator

import pytest

from app.core import events
from app.delivery.events import DeliveryChanged


@pytest.fixture
def heard() -> Iterator[list[DeliveryChanged]]:
    """What owners of deliveries were told, in order."""
    facts: list[DeliveryChanged] = []

    def hear(fact: DeliveryChanged) -> None:
        facts.append(fact)

    events.within(DeliveryChanged)(hear)
    yield facts
    events._within[DeliveryChanged].remove(hear)

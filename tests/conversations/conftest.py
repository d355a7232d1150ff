"""School time: quiet hours and office hours do not depend on when the tests run."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from tests.conversations.translators import Parrot

WEDNESDAY_TEN = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
"""10 o'clock at the schools of the factories."""


@pytest.fixture(autouse=True)
def school_time() -> Iterator[time_machine.Traveller]:
    """A Wednesday morning; the clock goes on."""
    with time_machine.travel(WEDNESDAY_TEN, tick=True) as traveller:
        yield traveller


@pytest.fixture
def parrot(app: Flask) -> Parrot:
    """The translator of this test's application."""
    app.extensions["translator"] = Parrot()
    return app.extensions["translator"]

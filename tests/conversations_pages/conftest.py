"""A teacher at her desk, with a thread of one family."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SignIn
from tests.factories import Thread, thread


@pytest.fixture
def line(app: Flask) -> Thread:
    """The thread."""
    return thread()


@pytest.fixture
def desk(line: Thread, sign_in: SignIn) -> FlaskClient:
    """The browser of its teacher."""
    return sign_in(line.family.teacher)

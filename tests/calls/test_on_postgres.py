"""The same on the other database, whose rows are held one by one."""

import pytest
from flask import Flask

from tests.calls.test_conferences import test_buttons_act_on_the_leg_clicked_and_show_what_the_carrier_says as test_buttons
from tests.calls.test_conferences import test_lost_answers_are_looked_up_and_never_repeated_blindly as test_lost_answers
from tests.calls.test_conferences import test_what_is_silent_is_asked_for_and_settled as test_silence

__all__ = ["test_buttons", "test_lost_answers", "test_silence"]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app

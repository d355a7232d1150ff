"""The same on PostgreSQL, where what is missing sorts last, dates are dates, and JSON is asked in another way."""

import pytest
from flask import Flask

from tests.api.courier.test_broadcasts import here, test_a_multicast_fills_a_template_for_an_audience
from tests.api.courier.test_inbox import test_channels_are_searched_sorted_and_bookmarked
from tests.api.courier.test_rules import test_a_responder_answers_once_through_the_thread
from tests.api.courier.test_users import test_a_registered_browser_is_told_and_the_bell_is_acknowledged

__all__ = [
    "here",
    "test_a_multicast_fills_a_template_for_an_audience",
    "test_a_registered_browser_is_told_and_the_bell_is_acknowledged",
    "test_a_responder_answers_once_through_the_thread",
    "test_channels_are_searched_sorted_and_bookmarked",
]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    """Of these tests."""
    return postgres_app

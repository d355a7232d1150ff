"""The same on PostgreSQL: rows come as other types there, and two workers may want one message."""

import pytest
from flask import Flask

from tests.api.common_services.test_access_and_services import (
    test_conversations_by_all_their_names,
    test_messaging_services_and_their_numbers,
)
from tests.api.common_services.test_announcements import place, test_from_numbers_to_outcomes_and_answers
from tests.api.common_services.test_messages import people, sis, test_a_text_and_its_answer, test_order_priority_and_addresses_for_news

__all__ = [
    "people",
    "place",
    "sis",
    "test_a_text_and_its_answer",
    "test_conversations_by_all_their_names",
    "test_from_numbers_to_outcomes_and_answers",
    "test_messaging_services_and_their_numbers",
    "test_order_priority_and_addresses_for_news",
]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app

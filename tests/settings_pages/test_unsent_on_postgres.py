"""The same on PostgreSQL."""

import pytest
from flask import Flask

from tests.settings_pages.test_unsent import house, test_revoking_alone_leaves_it_and_it_can_be_called_off_later
from tests.settings_pages.test_unsent_letters import test_emails_and_texts_to_colleagues_are_shown_and_called_off

__all__ = [
    "house",
    "test_emails_and_texts_to_colleagues_are_shown_and_called_off",
    "test_revoking_alone_leaves_it_and_it_can_be_called_off_later",
]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app

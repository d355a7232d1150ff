"""The same drafts, the same sending and the same numbers on PostgreSQL."""

import pytest
from flask import Flask

from tests.conftest import SignIn
from tests.fax.sending import test_drafts, test_sending, test_statistics
from tests.fax.sending.conftest import Office


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


def test_a_fax_is_written_sent_planned_and_counted(office: Office, sign_in: SignIn) -> None:
    test_statistics.test_faxes_are_counted_as_they_are(office, sign_in)
    test_drafts.test_files_are_kept_in_the_order_that_is_chosen(office)


def test_a_fax_is_sent_once_and_taken_back(office: Office) -> None:
    test_sending.test_what_was_sent_a_moment_ago_is_taken_back_with_everything(office)


def test_what_is_known_of_a_number(office: Office) -> None:
    test_drafts.test_what_is_known_of_a_number_stands_below_it(office)

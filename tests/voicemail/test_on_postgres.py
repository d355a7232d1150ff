"""The same list and the same search on PostgreSQL."""

import pytest
from flask import Flask

from tests.conftest import SignIn
from tests.voicemail import test_voicemail
from tests.voicemail.conftest import Desk


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


def test_search_and_triage(desk: Desk, sign_in: SignIn) -> None:
    test_voicemail.test_search_finds_names_numbers_and_words(desk, sign_in)
    row = desk.leave(3)
    desk.work()
    assert desk.browser.get(f"/voicemail/{row.id}/next").json["id"] == 1
    assert 'data-count="voicemail">2<' in desk.browser.get("/voicemail").text
    assert desk.browser.post(f"/voicemail/{row.id}", data={"act": "done"}).status_code == 303
    assert f'id="v{row.id}"' in desk.browser.get("/voicemail?box=done").text

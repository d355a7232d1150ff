"""The same on PostgreSQL, whose rows are held one by one and whose texts have a length."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.conversations.models import Attachment, Message
from app.core.database import db
from app.directory.models import Guardian
from tests.api.courier_lines.conftest import Other
from tests.api.courier_lines.test_consents import test_a_family_is_asked_and_its_answer_is_in_the_ledger as test_consent
from tests.api.courier_lines.test_consents import test_a_phone_has_one_open_question_whoever_asks as test_one_question
from tests.api.courier_lines.test_purge import left, purge, talk_of
from tests.api.courier_lines.test_text_accounts import test_a_number_is_taken_from_the_carrier_and_claimed_once as test_claim
from tests.api.courier_lines.test_text_accounts import test_a_text_from_a_stranger_follows_the_rules_of_its_number as test_stranger
from tests.api.courier_lines.test_texts import test_answers_and_news_go_to_whoever_gave_an_address as test_callbacks
from tests.api.courier_lines.test_voice import setting
from tests.api.courier_lines.test_voice import test_a_message_is_read_with_its_words as test_recording
from tests.api.courier_lines.test_voice import test_somebody_signs_on_and_is_rung as test_agent

__all__ = ["setting", "test_agent", "test_callbacks", "test_claim", "test_consent", "test_one_question", "test_recording", "test_stranger"]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    """Of these tests."""
    return postgres_app


def test_what_was_written_is_erased(other: Other) -> None:
    talk = talk_of(other)
    left(other)
    assert purge(other, other.people.guardian.uuid).status_code == 201
    assert set(db.session.scalars(select(Message.body).where(Message.conversation_id == talk.id))) == {""}
    assert db.session.scalars(select(Attachment)).all() == []
    assert db.session.get_one(Guardian, other.people.guardian.id).full_name == "–"

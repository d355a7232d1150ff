"""The same on PostgreSQL: rows come as other types there, and two workers may want one message."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.api.common_services.models import ClientConversation, ClientMessage
from app.api.common_services.service import conversations
from app.core.database import db
from tests.api.common_services.programs import Program
from tests.api.common_services.test_access_and_services import (
    test_conversations_by_all_their_names,
    test_messaging_services_and_their_numbers,
)
from tests.api.common_services.test_announcements import place, test_from_numbers_to_outcomes_and_answers
from tests.api.common_services.test_messages import people, sis, test_a_text_and_its_answer, test_order_priority_and_addresses_for_news
from tests.factories.threads import Family

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


def test_the_first_texts_of_a_conversation_come_together(sis: Program, people: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, looked, really = threading.Barrier(2), set[int](), conversations._named

    def together(*given: Any) -> ClientConversation | None:
        found = really(*given)
        if threading.get_ident() not in looked:
            looked.add(threading.get_ident())
            meeting.wait(20)
        return found

    monkeypatch.setattr(conversations, "_named", together)
    wish = {"receiver_number": people.contact_point.address, "client_conversation_id": "new"}
    statuses: list[int] = []
    db.session.commit()

    def send(body: str) -> None:
        statuses.append(sis.client.ask("createMessage", {"message": {**wish, "message_body": body}}).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in ("one", "two")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert statuses == [201, 201]
    assert sorted(db.session.scalars(select(ClientMessage.body))) == ["one", "two"]
    assert [one.client_id for one in db.session.scalars(select(ClientConversation))] == ["new"]

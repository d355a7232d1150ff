"""Pages read rows straight from the database's driver, so both drivers are tried."""

import re

import pytest

from app.accounts import sessions
from app.conversations.models import MessageKind, MessageStatus
from tests.factories import MessageFactory, thread

UUID = re.compile(r'data-uuid="[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"')


@pytest.mark.parametrize("kind", ["app", "postgres_app"])
def test_inbox_and_thread_show_the_same_on_both_databases(kind, request):
    app = request.getfixturevalue(kind)
    line = thread(language="es")
    teacher = line.family.teacher
    said = {
        "body": "¿A qué hora?",
        "language": "es",
        "translation": "At what time?",
        "translation_language": "en",
        "translated_by": "phrases",
    }
    MessageFactory(conversation=line.conversation, **said)
    answer = {"kind": MessageKind.OUTBOUND, "body": "At three.", "staff_id": teacher.id, "status": MessageStatus.DELIVERED}
    MessageFactory(conversation=line.conversation, author=teacher.name, **answer)
    token = sessions.start_session(teacher, user_agent="pytest", address="127.0.0.1")
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    for _first_and_again in range(2):
        page = browser.get(f"/conversations/{line.id}").text.partition('id="messages"')[2]
        assert page.index("At what time?") < page.index("¿A qué hora?") < page.index("At three.")
        assert len(UUID.findall(page)) == 2
        assert "Rosa Hernández" in browser.get("/conversations").text

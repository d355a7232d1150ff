"""Rows written straight into their tables are the same as objects of the session that were flushed."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from app.conversations.models import Conversation, Message, MessageKind, Participant
from app.core import rows
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.factories import thread


@pytest.fixture(params=["app", "postgres_app"])
def line(request):
    request.getfixturevalue(request.param)
    return thread()


def said(line, **more):
    conversation = line.conversation
    return {"district_id": conversation.district_id, "conversation_id": conversation.id, "kind": MessageKind.NOTE, "body": "Hello"} | more


def stored(kind, number):
    table = kind.__table__
    return dict(db.session.execute(select(table).where(table.c.id == number)).one()._mapping)


def test_a_new_row_is_known_whole_with_its_defaults(line):
    with transaction():
        message = rows.added(Message, said(line, details={"type": "x"}))
        assert not inspect(message).unloaded - {"attachments"}
        assert message in db.session
        assert not db.session.dirty
    kept = stored(Message, message.id)
    assert {name: getattr(message, name) for name in kept} == kept
    assert message.attachments == []
    assert (kept["status"], kept["details"], kept["uuid"]) == ("pending", {"type": "x"}, message.uuid)


def test_many_rows_come_back_in_their_order(line):
    bodies = [f"Line {number}" for number in range(30)]
    with transaction():
        made = rows.added_all(Message, [said(line, body=body) for body in bodies])
    assert [stored(Message, message.id)["body"] for message in made] == bodies
    assert rows.added_all(Message, []) == []


def test_a_change_is_here_and_in_the_table(line):
    conversation = line.conversation
    with transaction():
        rows.change(conversation, version=7, preview="Bus")
        conversation.title = "Waits to be written"
        rows.change(conversation, version=8)
    assert (conversation.version, conversation.preview, conversation.title) == (8, "Bus", "Waits to be written")
    kept = stored(Conversation, conversation.id)
    assert (kept["version"], kept["preview"], kept["title"]) == (8, "Bus", "Waits to be written")


def test_what_was_changed_by_its_key_is_read_again(line):
    place = line.teacher
    assert place.unread_count == 0
    with transaction():
        rows.change_each(Participant, [(place.id, {"unread_count": 3})])
        assert place.unread_count == 3


def test_a_row_that_was_read_is_the_object_of_the_session(line):
    conversation = line.conversation
    values = [getattr(conversation, column.key) for column in rows.columns(Conversation)]
    values[[column.key for column in rows.columns(Conversation)].index("title")] = "Read"
    assert rows.loaded(Conversation, values) is conversation
    assert conversation.title == "Read"
    db.session.commit()
    db.session.expunge_all()
    fresh = rows.loaded(Conversation, values)
    assert fresh is not conversation
    assert [place.id for place in fresh.participants] == [line.teacher.id, line.guardian.id]


def test_a_second_row_of_one_name_is_refused_as_ever(line):
    name = new_uuid()

    def twice():
        with transaction():
            rows.added(Message, said(line, uuid=name))
            rows.added(Message, said(line, uuid=name))

    with pytest.raises(IntegrityError):
        twice()

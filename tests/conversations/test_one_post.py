"""One text from the form to the outbox, on both databases: few statements, and everything that must hold afterwards."""

import threading
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.accounts import sessions
from app.accounts.models import Staff
from app.conversations import service
from app.conversations.models import Conversation, ConversationKind, Draft, Message, MessageKind, Participant, Receipt
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import PhoneNumber
from app.live.models import LiveEvent
from tests.factories import MessageFactory, family, thread

AT_MOST = 11
"""Who asks; hold and read the conversation; message, words, delivery; row, places, receipt; pushes; and the bubble, after all is told."""
BOTH = pytest.mark.parametrize("kind", ["app", "postgres_app"])


@pytest.fixture
def house(kind: str, request: pytest.FixtureRequest) -> Flask:
    found: Flask = request.getfixturevalue(kind)
    return found


def browser_of(house: Flask, staff: Staff) -> FlaskClient:
    db.session.commit()
    token = sessions.start_session(staff, user_agent="pytest", address="127.0.0.1")
    browser = house.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return browser


def post(browser: FlaskClient, conversation_id: int, **fields: object) -> tuple[int, list[str]]:
    """The number of the message, and the statements that it took."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    form = {"body": "The bus leaves at 3:30.", "mode": "text", "uuid": str(uuid4())} | fields
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = browser.post(f"/conversations/{conversation_id}/messages", data=form, headers={"Accept": "application/json"})
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return answer.json["id"], seen


@BOTH
def test_a_text_costs_few_statements_and_leaves_everything_true(house: Flask) -> None:
    line = thread()
    teacher = line.family.teacher
    MessageFactory(conversation=line.conversation)
    line.conversation.waits_since = now()
    browser = browser_of(house, teacher)
    post(browser, line.id)  # makes the receipt, and takes the unread one away
    number, statements = post(browser, line.id)
    assert len(statements) <= AT_MOST, statements
    db.session.expire_all()
    row = db.session.get_one(Conversation, line.id)
    assert (row.last_message_id, row.preview, row.preview_kind, row.waits_since) == (number, "The bus leaves at 3:30.", "outbound", None)
    place = db.session.get_one(Participant, line.teacher.id)
    assert (place.last_message_id, place.unread_count) == (number, 0)
    assert db.session.scalars(select(Receipt.message_id).where(Receipt.staff_id == teacher.id)).one() == number
    delivery = db.session.scalars(select(Delivery).where(Delivery.owner_id == number)).one()
    assert (delivery.content.body, delivery.is_reply, delivery.state) == ("The bus leaves at 3:30.", True, "pending")
    pushes = db.session.scalars(select(LiveEvent.audience).where(LiveEvent.name == "message:new").order_by(LiveEvent.id)).all()
    assert set(pushes[-3:]) == {f"conversation:{line.id}", f"school:{line.family.school.id}", f"staff:{teacher.id}"}
    told = db.session.scalars(select(LiveEvent).order_by(LiveEvent.id.desc()).limit(4)).all()
    assert {each.payload["message_id"] for each in told} == {number}


@BOTH
def test_the_draft_goes_with_its_text_and_who_was_not_there_takes_part(house: Flask) -> None:
    line = thread()
    teacher = line.family.teacher
    db.session.delete(line.teacher)
    browser = browser_of(house, teacher)
    service.save_draft(teacher, line.id, "The bus")
    number, _statements = post(browser, line.id)
    db.session.expire_all()
    assert db.session.scalars(select(Draft)).all() == []
    place = db.session.scalars(select(Participant).where(Participant.staff_id == teacher.id)).one()
    assert (place.last_message_id, place.left_at) == (number, None)
    audiences = set(db.session.scalars(select(LiveEvent.audience).where(LiveEvent.name == "message:new")))
    assert f"staff:{teacher.id}" in audiences


@BOTH
@pytest.mark.parametrize("shape", [ConversationKind.GROUP, ConversationKind.EACH])
def test_a_group_costs_its_words_once_and_everybody_gets_them(house: Flask, shape: ConversationKind) -> None:
    mine = family()
    theirs = family(school=mine.school, teacher=mine.teacher)
    db.session.commit()
    group = service.start_group(mine.teacher, [mine.contact_point.id, theirs.contact_point.id], kind=shape, title="Third grade")
    browser = browser_of(house, mine.teacher)
    number, _statements = post(browser, group.id)
    db.session.expire_all()
    copies = (
        [number] if shape == ConversationKind.GROUP else list(db.session.scalars(select(Message.id).where(Message.parent_id == number)))
    )
    rows = db.session.execute(select(Delivery.address, PhoneNumber.id).join(PhoneNumber).where(Delivery.owner_id.in_(copies))).all()
    assert {row.address for row in rows} == {mine.contact_point.address, theirs.contact_point.address}
    assert db.session.scalar(select(func.count()).select_from(DeliveryContent)) == 1
    assert db.session.get_one(Message, number).recipients == 2


@BOTH
def test_two_clicks_at_the_same_moment_are_one_text(house: Flask) -> None:
    line = thread()
    browsers = [browser_of(house, line.family.teacher) for _each in range(2)]
    for _round in range(5):
        key, start, numbers = str(uuid4()), threading.Barrier(2), list[int]()

        def click(browser: FlaskClient, key: str = key, start: threading.Barrier = start, numbers: list[int] = numbers) -> None:
            form = {"body": "Once", "mode": "text", "uuid": key}
            start.wait()
            answer = browser.post(f"/conversations/{line.id}/messages", data=form, headers={"Accept": "application/json"})
            numbers.append(answer.json["id"])

        clicks = [threading.Thread(target=click, args=(browser,)) for browser in browsers]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()
        assert len(numbers) == 2
        assert len(set(numbers)) == 1
    sent = select(func.count()).select_from(Message).where(Message.kind == MessageKind.OUTBOUND)
    assert db.session.scalar(sent) == db.session.scalar(select(func.count()).select_from(Delivery)) == 5

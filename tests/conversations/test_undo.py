"""Five seconds in which a text can be taken back, by its writer, and never after it left."""

import threading
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.conversations import service
from app.conversations.errors import NotAllowed, TooLateToUndo
from app.conversations.models import Conversation, Draft, Message
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryState
from tests.conversations.outcomes import deliveries_of, fresh_message, fresh_row, happened
from tests.factories import MessageFactory, StaffFactory, family, thread


def test_undo_gives_the_words_back_and_the_row_shows_what_was_before(app: Flask) -> None:
    talk = thread(waits_since=now())
    question = MessageFactory(conversation=talk.conversation, body="When does the bus leave?")
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    assert service.undo(talk.family.teacher, sent.id) == "At 8:45"
    row = fresh_row(talk.id)
    assert (row.preview, row.last_message_id) == ("When does the bus leave?", question.id)
    assert row.waits_since is not None
    assert fresh_message(sent).status == "cancelled"
    assert deliveries_of(sent)[0].state == DeliveryState.CANCELLED
    assert db.session.scalar(select(Draft.body)) == "At 8:45"


def test_undo_twice_is_undo_once(app: Flask) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    assert service.undo(talk.family.teacher, sent.id) == service.undo(talk.family.teacher, sent.id)


@pytest.mark.parametrize("state", ["processing", "sending", "sent", "delivered", "failed"])
def test_what_has_left_is_not_taken_back(app: Flask, state: str) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    happened(deliveries_of(sent)[0], state)
    with pytest.raises(TooLateToUndo):
        service.undo(talk.family.teacher, sent.id)
    assert fresh_message(sent).status == state


def test_a_colleague_does_not_take_back_what_somebody_else_wrote(app: Flask) -> None:
    talk = thread()
    office = StaffFactory(role="office", schools=[talk.family.school])
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    with pytest.raises(NotAllowed):
        service.undo(office, sent.id)


def test_a_text_to_each_of_a_group_is_taken_back_from_all(app: Flask) -> None:
    one = family()
    two = family(school=one.school, teacher=one.teacher, given_name="Huda")
    group = service.start_group(one.teacher, [one.contact_point.id, two.contact_point.id], title="Room 12")
    sent = service.send(one.teacher, group.id, "Zoo!", uuid=uuid.uuid4())
    assert service.undo(one.teacher, sent.id) == "Zoo!"
    assert set(db.session.scalars(select(Delivery.state))) == {"cancelled"}
    assert set(db.session.scalars(select(Message.status))) == {"cancelled"}
    alive = select(Conversation.id).where(Conversation.deleted_at.is_(None))
    assert list(db.session.scalars(alive)) == [group.id]


def test_one_copy_that_left_keeps_all_of_them(app: Flask) -> None:
    one = family()
    two = family(school=one.school, teacher=one.teacher, given_name="Huda")
    group = service.start_group(one.teacher, [one.contact_point.id, two.contact_point.id])
    sent = service.send(one.teacher, group.id, "Zoo!", uuid=uuid.uuid4())
    happened(db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first(), "sending")
    with pytest.raises(TooLateToUndo):
        service.undo(one.teacher, sent.id)
    assert sorted(db.session.scalars(select(Delivery.state))) == ["pending", "sending"]


def race_undo_with_dispatch(app: Flask, rounds: int) -> None:
    """Each text either left or was taken back: the row and the answer of undo agree."""
    talk = thread()
    teacher = talk.family.teacher
    for _ in range(rounds):
        sent = service.send(teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
        message_id, answers = sent.id, []
        start = threading.Barrier(2)

        def take(message_id: int = message_id, start: threading.Barrier = start, answers: list[str] = answers) -> None:
            with app.app_context():
                start.wait()
                with transaction():
                    claimed = db.session.execute(
                        update(Delivery)
                        .where(Delivery.owner_id == message_id, Delivery.state == "pending")
                        .values(state="processing")
                        .returning(Delivery.id)
                    ).all()
                answers.extend("left" for _ in claimed)
                db.session.remove()

        def regret(message_id: int = message_id, start: threading.Barrier = start, answers: list[str] = answers) -> None:
            with app.app_context():
                start.wait()
                try:
                    service.undo(db.session.get_one(type(teacher), teacher.id), message_id)
                    answers.append("undone")
                except TooLateToUndo:
                    pass
                db.session.remove()

        runners = [threading.Thread(target=take), threading.Thread(target=regret)]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()
        assert len(answers) == 1
        stored = db.session.scalar(select(Delivery.state).where(Delivery.owner_id == message_id))
        assert stored == {"left": "processing", "undone": "cancelled"}[answers[0]]
        db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Message)) == rounds


def test_undo_and_dispatcher_never_both_have_it(app: Flask) -> None:
    race_undo_with_dispatch(app, 15)


def test_nor_on_postgres(postgres_app: Flask) -> None:
    race_undo_with_dispatch(postgres_app, 15)

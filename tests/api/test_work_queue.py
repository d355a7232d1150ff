"""What programs asked for waits in one kind of queue: fair to all of them, lost by no accident, and cheap where nothing is due."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.api.common_services.models import ClientMessage, Taking
from app.api.common_services.service import taking
from app.api.groupcall import carrying
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from tests.api.common_services.programs import Program, program
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import family
from tests.query_counts import statements


@pytest.fixture
def school_time() -> Iterator[time_machine.Traveller]:
    """A Wednesday morning; the clock goes on."""
    with time_machine.travel(WEDNESDAY_TEN, tick=True) as traveller:
        yield traveller


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Flask:
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


def ask(sis: Program, count: int, *, name: str, first: int = 0) -> None:
    for number in range(first, first + count):
        wish = {"receiver_number": f"+1503555{number:04d}", "message_body": f"{name} {number}", "client_conversation_id": name}
        sis.ask("createMessage", {"message": wish}, 201)


def taken() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.body).order_by(Message.id)))


def test_who_asks_for_little_does_not_wait_for_who_asks_for_much(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    people = family()
    large, small = program(house, people), program(house, people)
    ask(large, 12, name="large")
    ask(small, 2, name="small", first=50)
    monkeypatch.setattr(taking.words, "batch", 4)
    assert taking.words.serve(seconds=-1) is True  # its moment is over
    assert taken() == []
    assert taking.words.take_all() == 14
    assert {one for one in taken()[:4] if one.startswith("small")} == {"small 50", "small 51"}
    assert [one for one in taken() if one.startswith("large")] == [f"large {number}" for number in range(12)]
    assert taking.words.serve() is False


def test_several_workers_take_each_once(house: Flask) -> None:
    sis = program(house, family())
    ask(sis, 30, name="one")

    def work() -> None:
        with house.app_context():
            taking.words.take_all()
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(taken()) == sorted(f"one {number}" for number in range(30))
    assert {one.state for one in db.session.scalars(select(ClientMessage))} == {Taking.TAKEN}


def test_what_a_killed_worker_had_comes_back(app: Flask, school_time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    sis = program(app, family())
    ask(sis, 3, name="lent")

    def die(_number: int, _staff: Staff) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(taking.words, "take", die)
        with pytest.raises(KeyboardInterrupt):
            taking.words.take_all()
    assert taking.words.take_all() == 0
    school_time.shift(taking.words.lease + timedelta(seconds=1))
    assert taking.words.take_all() == 3
    assert len(taken()) == 3


def test_an_accident_of_ours_is_tried_again_and_ends_after_a_while(
    app: Flask, school_time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sis = program(app, family())
    ask(sis, 2, name="bad")
    bad = db.session.scalars(select(ClientMessage.id).order_by(ClientMessage.id)).first()
    good, tried = taking.words.take, list[int]()

    def stumble(number: int, staff: Staff) -> None:
        if number == bad:
            tried.append(number)
            raise ZeroDivisionError
        good(number, staff)

    monkeypatch.setattr(taking.words, "take", stumble)
    assert taking.words.take_all() == 2
    assert taken() == ["bad 1"], "the other one does not wait"
    for minutes in (1, 1, 2, 4):
        assert taking.words.take_all() == 0
        school_time.shift(timedelta(minutes=minutes, seconds=1))
        assert taking.words.take_all() == 1
    assert len(tried) == 5
    row = db.session.get_one(ClientMessage, bad, populate_existing=True)
    assert (row.state, row.error_code) == (Taking.FAILED, "internal_error")
    assert [payload["internal_status"] for _kind, _url, payload in sis.told()] == ["failed"]


@pytest.mark.parametrize("queue", [taking.words, taking.with_files, carrying.queue], ids=["words", "files", "batches"])
def test_a_look_at_what_is_not_due_is_one_step_along_an_index(app: Flask, queue: object) -> None:
    assert isinstance(queue, type(taking.words))
    sis = program(app, family())
    ask(sis, 3, name="later")
    with transaction():
        db.session.execute(update(ClientMessage).values(due_at=now() + timedelta(days=1)))
    with statements() as seen:
        assert queue.take_all() == 0
    [look] = [one for one in seen if one.startswith("WITH")]
    assert len(seen) == 1, seen
    plan = [
        step[3] for step in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {look}", (now().isoformat(),) * look.count("?"))
    ]
    assert [step for step in plan if step.startswith("SCAN") and "bearers" not in step] == [], plan
    assert [step for step in plan if "USING" in step and "_due" not in step and "_queued" not in step and "_ahead" not in step] == [], plan

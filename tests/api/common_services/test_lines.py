"""Texts for one receiver of a conversation leave in their order, and who stands behind somebody costs nothing until it is their turn."""

import random
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, insert, select

from app.accounts.models import Staff
from app.api.common_services.models import ClientConversation, ClientMessage, Taking
from app.api.common_services.service import lines, taking
from app.api.common_services.service.unsent import call_off_texts
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.guarded_fetch import NotFetched
from app.core.ids import new_uuid
from tests.api.common_services.programs import Program, program
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import family
from tests.query_counts import steps

RECEIVERS = "+15035550201", "+15035550202"


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Flask:
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


@pytest.fixture
def sis(house: Flask) -> Iterator[Program]:
    """A Wednesday morning; the clock goes on."""
    with time_machine.travel(WEDNESDAY_TEN, tick=True):
        yield program(house, family())


def fill(sis: Program, count: int, receivers: tuple[str, ...] = RECEIVERS[:1], name: str = "c-1", **more: object) -> list[int]:
    """Texts of a conversation, in turn to each receiver, as a program had them taken in a minute ago."""
    with transaction():
        talk = db.session.scalar(select(ClientConversation.id).where(ClientConversation.client_id == name))
        if talk is None:
            row = ClientConversation(district_id=sis.bearer.district_id, bearer_id=sis.bearer.id, client_id=name)
            db.session.add(row)
            db.session.flush()
            talk = row.id
        at = now() - timedelta(minutes=1)
        same = {"district_id": sis.bearer.district_id, "bearer_id": sis.bearer.id, "conversation_id": talk, "created_at": at, "due_at": at}
        rows = [
            {**same, "uuid": new_uuid(), "receiver": receivers[n % len(receivers)], "body": f"{name} {n}", **more} for n in range(count)
        ]
        return list(db.session.scalars(insert(ClientMessage).returning(ClientMessage.id), rows))


def left() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.body).order_by(Message.id)))


def waiting() -> int:
    return db.session.scalar(select(func.count()).where(ClientMessage.state == Taking.WAITING)) or 0


def test_one_that_is_put_off_holds_up_those_behind_it_and_nobody_else(sis: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fill(sis, 300)[0]
    fill(sis, 3, RECEIVERS[1:], "c-2")
    really, is_ill = taking.words.take, True

    def take(number: int, staff: Staff) -> None:
        if number == first and is_ill:
            why = "a server is away"
            raise NotFetched(why, may_work_later=True)
        really(number, staff)

    monkeypatch.setattr(taking.words, "take", take)
    assert taking.words.take_all() == 4
    assert left() == ["c-2 0", "c-2 1", "c-2 2"]
    with time_machine.travel(now() + timedelta(seconds=31), tick=True):
        is_ill = False
        assert taking.words.take_all() == 300
    assert left()[3:] == [f"c-1 {number}" for number in range(300)]


def test_whoever_ends_lets_those_behind_go_on(sis: Program) -> None:
    """Taken, failed, called off, erased: in any order, and whoever joins a line meanwhile."""
    chance = random.Random(5)  # a test's choice
    fill(sis, 40, RECEIVERS)
    with transaction():
        actor = db.session.scalars(select(Staff).where(Staff.kind == "person")).first()
    assert actor is not None
    sent, joined = set[int](), 0
    for _round in range(400):
        match chance.randrange(4):
            case 0:
                numbers = [each.number for each in taking.words._claim() or ()]
                assert not sent & set(numbers)
                for number in numbers:
                    row = db.session.get_one(ClientMessage, number, populate_existing=True)
                    same = (ClientMessage.receiver == row.receiver, ClientMessage.id < number, ClientMessage.state == Taking.WAITING)
                    assert db.session.scalar(select(ClientMessage.id).where(*same)) is None, "somebody stands before it"
                    with transaction():
                        sent.update(lines.end(ClientMessage.id == number, state=chance.choice([Taking.TAKEN, Taking.FAILED])))
            case 1 if joined < 40:
                joined += len(fill(sis, 2, RECEIVERS))
            case 2 if chance.random() < 0.1:
                call_off_texts(actor, sis.bearer, 2)
            case 3:
                with transaction():
                    someone = db.session.scalars(select(ClientMessage.id).where(ClientMessage.state == Taking.WAITING)).all()
                    if someone and chance.random() < 0.1:
                        lines.end(ClientMessage.id == chance.choice(someone), state=Taking.CANCELLED)
        if not waiting():
            break
    assert waiting() == 0, "nobody is left aside"


def test_workers_that_come_together_keep_the_order(house: Flask, sis: Program) -> None:
    fill(sis, 40, RECEIVERS)
    db.session.commit()
    failed = list[BaseException]()

    def work() -> None:
        with house.app_context():
            try:
                while waiting():
                    db.session.rollback()
                    taking.words.take_all()
            except BaseException as accident:  # noqa: BLE001  # for the thread that judges
                failed.append(accident)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failed == []
    words = left()
    assert [[one for one in words if int(one.split()[1]) % 2 == rest] for rest in (0, 1)] == [
        [f"c-1 {number}" for number in range(rest, 40, 2)] for rest in (0, 1)
    ]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("more", [{}, {"media_urls": ["https://files.example.test/1"]}], ids=["put off", "files"])
def test_a_look_costs_the_same_however_many_stand_behind(app: Flask, more: dict[str, object]) -> None:
    sis = program(app, family())

    def look(count: int) -> int:
        with transaction():
            db.session.execute(delete(ClientMessage))
        first, *_others = fill(sis, count, **more)
        with transaction():
            db.session.get_one(ClientMessage, first, populate_existing=True).due_at = now() + timedelta(minutes=5)
        assert taking.words.take_all() == 0
        with steps() as idle:
            assert taking.words.take_all() == 0
        return idle[0]

    assert look(2000) <= look(20) * 1.2 + 100


def test_a_text_costs_the_same_however_many_stand_behind_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sis = program(app, family())
    fill(sis, 1, name="first of all")
    taking.words.take_all()

    def cost(count: int) -> float:
        fill(sis, count)
        with steps() as walked:
            assert taking.words.take_all() == count
        return walked[0] / count

    def end(number: int, _staff: Staff) -> None:
        with transaction():
            lines.end(ClientMessage.id == number, state=Taking.TAKEN)

    monkeypatch.setattr(taking.words, "take", end)
    short = cost(50)
    assert cost(1500) <= short * 1.5

"""Several workers on PostgreSQL share one outbox, one pace and one pile of news."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery import callbacks, claims, results, service
from app.delivery.dispatcher import Dispatcher
from app.delivery.errors import AlreadyLeft
from app.delivery.models import Delivery
from app.delivery.parcels import Accepted, Outcome, Postponed, Result
from app.delivery.service import Recipient
from tests.conftest import build, settings_for
from tests.delivery.house import House, housed, wait_for
from tests.delivery.parcels import request_to
from tests.factories import Family, family
from tests.servers import fresh_database


@pytest.fixture
def house(postgres_server: str, postgres_template: str, tmp_path: Path) -> Iterator[House]:
    with fresh_database(postgres_server, postgres_template) as address:

        def make_app(addresses: dict[str, Any]) -> Flask:
            return build(settings_for(tmp_path, database_url=address, **addresses))

        with housed(make_app) as house, house.app.app_context():
            yield house
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def dispatchers(house: House) -> Iterator[list[Dispatcher]]:
    workers = [Dispatcher(house.app) for _ in range(3)]
    yield workers
    for worker in workers:
        worker.stop()


def phone(people: Family, number: int) -> tuple[Recipient]:
    """One of many, which no record holds."""
    return (Recipient(f"+1503201{number:04d}", people.number.id),)


def test_three_workers_send_everything_once_at_one_pace(house: House, dispatchers: list[Dispatcher]) -> None:
    people = family()
    people.number.segments_per_second = 40
    for number in range(100):
        service.enqueue(request_to(people, body=f"Text {number}", recipients=phone(people, number), is_reply=True))
    db.session.commit()
    for worker in dispatchers:
        worker.start()
    wait_for(lambda: db.session.query(Delivery).filter(Delivery.state.in_(["pending", "processing"])).count() == 0, 20)
    sent = house.at_the_network()
    assert Counter(one["body"] for one in sent) == Counter(f"Text {number}" for number in range(100))
    created = sorted(one["created"] for one in sent)
    # Some turns of tolerance: a busy machine may take a text off the wire later than it was put there.
    assert all(later - earlier >= 0.95 for earlier, later in zip(created, created[48:], strict=False))
    assert created[-1] - created[0] < 10


def test_news_applied_by_three_at_once_is_applied_once(house: House) -> None:
    people = family()
    people.number.segments_per_second = 1000
    for number in range(60):
        service.enqueue(request_to(people, recipients=phone(people, number), is_reply=True))
    house.hand_over()
    house.network.settle()
    db.session.rollback()

    def apply() -> None:
        with house.app.app_context():
            while callbacks.apply_batch():
                pass
            db.session.remove()

    threads = [threading.Thread(target=apply) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert Counter(one.state for one in db.session.query(Delivery)) == {"delivered": 60}


@pytest.mark.parametrize("outcome", [Accepted("SM" + "0" * 32), Postponed(None, is_away=False), None], ids=["taken", "put off", "stale"])
def test_what_a_clerk_writes_it_locks_in_the_order_of_all_others(house: House, outcome: Outcome | None) -> None:
    """The clerk waits for the first row, which somebody holds; the last one is free for whoever comes by in the order of the ids."""
    people = family()
    people.number.segments_per_second = 1000
    for number in range(2):
        service.enqueue(request_to(people, body=f"Text {number}", recipients=phone(people, number), is_reply=True))
    db.session.commit()
    with transaction() as events:
        claimed = claims.Claims().claim(events, now(), urgent_room=10, bulk_room=10).parcels
    first, last = sorted(claimed, key=lambda parcel: parcel.id)
    done: list[Result] = [(last, Accepted("SM" + "1" * 32)), *([(first, outcome)] if outcome else [])]

    def write() -> None:
        with house.app.app_context():
            with transaction() as events:
                by_index()
                results.record(done, events, now(), stale=[] if outcome else [first])
            db.session.remove()

    holding, waits = (
        text("SELECT id FROM deliveries WHERE id = :id FOR UPDATE NOWAIT"),
        text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"),
    )
    clerk = threading.Thread(target=write)
    with db.engine.connect() as callbacks_of_another, db.engine.connect() as waiting:
        onlooker = waiting.execution_options(isolation_level="AUTOCOMMIT")
        callbacks_of_another.execute(holding, {"id": first.id})
        clerk.start()
        wait_for(lambda: onlooker.execute(waits).scalar() == 1)
        callbacks_of_another.execute(holding, {"id": last.id})
        callbacks_of_another.commit()
    clerk.join()
    db.session.expire_all()
    states = {type(None): "pending", Postponed: "pending", Accepted: "sending"}
    assert [db.session.get_one(Delivery, one.id).state for one in (first, last)] == [states[type(outcome)], "sending"]


def test_undo_and_workers_never_both_win(house: House, dispatchers: list[Dispatcher]) -> None:
    people = family()
    people.number.segments_per_second = 1000
    for number in range(60):
        service.enqueue(request_to(people, body=str(number), owner_id=number, recipients=phone(people, number), is_reply=True))
    db.session.commit()
    for worker in dispatchers:
        worker.start()
    undone = set()
    for number in reversed(range(60)):
        try:
            service.cancel("test", number)
            undone.add(number)
        except AlreadyLeft:
            continue
    wait_for(lambda: db.session.query(Delivery).filter(Delivery.state.in_(["pending", "processing"])).count() == 0)
    assert {int(one["body"]) for one in house.at_the_network()} == set(range(60)) - undone


def test_what_is_due_is_found_by_index(house: House) -> None:
    people = family()
    for _ in range(50):
        service.enqueue(request_to(people, is_reply=True))
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append(statement % {name: f"'{value}'" for name, value in parameters.items()})

    event.listen(db.engine, "before_cursor_execute", note)
    db.session.execute(claims._URGENT, {"sender": people.number.id, "at": now(), "most": 10})
    event.remove(db.engine, "before_cursor_execute", note)
    db.session.execute(text("SET enable_seqscan = off"))
    plan = "\n".join(row[0] for row in db.session.execute(text(f"EXPLAIN {seen[-1].replace(':', chr(92) + ':')}")))
    assert "ix_deliveries_sender" in plan

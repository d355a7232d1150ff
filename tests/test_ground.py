"""The ground itself: both databases, the migrations, and the transaction's promises."""

import sqlite3
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import flask_migrate
import pytest
from alembic import command
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, text
from structlog.testing import capture_logs

from app.accounts.permissions import public
from app.config import SettingsRefused, read_settings
from app.core import events
from app.core.database import db, transaction
from app.core.logging import configure
from app.delivery import service
from app.delivery.voice.models import PlacedCall
from app.directory.models import District
from tests.conftest import MIGRATIONS
from tests.delivery.parcels import request_to
from tests.factories import MessageFactory, family, thread


@dataclass(frozen=True)
class Happened:
    """A fact for these tests only."""

    name: ClassVar[str] = "test.happened"
    number: int


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_migrations_build_what_the_models_say_and_come_down_again(kind: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("app" if kind == "sqlite" else "postgres_app")
    command.check(flask_migrate.Migrate.get_config(db_migrate(), MIGRATIONS))
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "base")
    tables = [name for name in inspect_tables() if name != "alembic_version"]
    assert tables == []


def test_a_table_that_is_made_anew_takes_nothing_along(app: Flask) -> None:
    delivery = service.enqueue(request_to(family()))[0]
    db.session.add(PlacedCall(delivery_id=delivery.id, attempt=1, address=delivery.address))
    db.session.commit()
    flask_migrate.downgrade(MIGRATIONS, "0037")
    flask_migrate.upgrade(MIGRATIONS)
    assert db.session.scalars(select(PlacedCall.delivery_id)).all() == [delivery.id]
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


def test_migrations_that_lose_what_is_pointed_to_change_nothing(app: Flask) -> None:
    delivery = service.enqueue(request_to(family()))[0]
    db.session.add(PlacedCall(delivery_id=delivery.id, attempt=1, address=delivery.address))
    db.session.commit()
    number = delivery.id
    db.session.remove()
    with sqlite3.connect(app.extensions["settings"].data / "homeroom.sqlite3") as careless:
        careless.execute("DELETE FROM deliveries WHERE id = ?", (number,))
    careless.close()
    with pytest.raises(SystemExit):  # said in the log
        flask_migrate.downgrade(MIGRATIONS, "0037")
    assert db.session.scalar(text("SELECT version_num FROM alembic_version")) > "0037"


def db_migrate() -> flask_migrate.Migrate:
    from app.extensions import migrate

    return migrate


def inspect_tables() -> list[str]:
    from sqlalchemy import inspect

    return inspect(db.engine).get_table_names()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_thread_is_stored_and_its_words_are_found(kind: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("app" if kind == "sqlite" else "postgres_app")
    message = MessageFactory(conversation=thread().conversation, search_text="a que hora sale el bus")
    db.session.commit()
    if kind == "sqlite":
        found = db.session.scalars(text("SELECT rowid FROM messages_fts WHERE messages_fts MATCH '\"bus\"'")).all()
    else:
        found = db.session.scalars(
            text("SELECT id FROM messages WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', 'bus')")
        ).all()
    assert found == [message.id]


def test_a_fact_is_published_only_after_its_commit(app: Flask) -> None:
    seen: list[tuple[str, int]] = []
    events.within(Happened)(lambda fact: seen.append(("within", fact.number)))
    events.on(Happened)(lambda fact: seen.append(("after", fact.number)))
    with pytest.raises(ZeroDivisionError), transaction() as facts:
        facts.append(Happened(1))
        raise ZeroDivisionError
    assert seen == []
    with transaction() as facts:
        facts.append(Happened(2))
        assert seen == []
    assert seen == [("within", 2), ("after", 2)]


def test_writers_queue_and_lose_nothing(app: Flask) -> None:
    district = District(name="0")
    with transaction():
        db.session.add(district)
    number = district.id

    def count_up() -> None:
        with app.app_context():
            for _ in range(20):
                with transaction():
                    row = db.session.get_one(District, number, populate_existing=True)
                    row.name = str(int(row.name) + 1)
            db.session.remove()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for running in threads:
        running.start()
    for running in threads:
        running.join()
    assert db.session.scalar(select(District.name).where(District.id == number)) == "80"


def test_a_wrong_setting_is_refused_by_name() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.config import read_settings; read_settings({'PORT': 'eight', 'SECRET_KEY': 'short'})",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PORT" in done.stderr
    assert "SECRET_KEY" in done.stderr


@pytest.mark.parametrize("missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_a_real_carrier_is_refused_without_its_account(tmp_path: Path, missing: str) -> None:
    given = {
        "HOMEROOM_DATA": str(tmp_path), "CARRIER": "twilio", "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "our own token",
    }  # fmt: skip
    read_settings(given)
    with pytest.raises(SettingsRefused, match=missing):
        read_settings({name: value for name, value in given.items() if name != missing})


@pytest.mark.own_app
def test_a_crash_leaves_its_trace_in_the_log_and_no_family_in_it(app: Flask, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def crash() -> None:
        db.session.execute(text("INSERT INTO districts (name) VALUES (:words)"), request.args)

    app.add_url_rule("/crash", "crash", public(crash))
    client.get("/crash")  # a logger that has spoken already listens to later settings all the same
    configure("json")
    with capture_logs() as lines:
        response = client.get("/crash?words=Rosa+is+ill")
    crashed = next(line for line in lines if line["event"] == "request.crashed")
    trace = "".join(traceback.format_exception(crashed["exc_info"]))
    assert response.status_code == 500
    assert "INSERT INTO districts" in trace
    assert "Rosa" not in trace + response.text

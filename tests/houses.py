"""Whole houses for tests: the real server in processes of its own, as `make run` starts it."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.accounts import sessions
from app.accounts.models import Staff
from app.config import Settings, read_settings
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import District
from tests.nursery import Child, bear, one_at_a_time
from tests.servers import free_port, wait_for_port

SECRET = "a secret that houses of the tests share"


@dataclass
class House:
    """A running server. `start` after `kill` brings the same data back under the same address."""

    port: int
    data: Path
    environment: dict[str, str]
    process: Child | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        self.process = bear(self.environment, self.data / "server.log")
        wait_for_port(self.port, self.process)

    def kill(self) -> None:
        """End the server and its children at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)

    def stop(self) -> None:
        """Ask the server to stop; what is left after ten seconds is killed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()

    def settings(self) -> Settings:
        """What the server was started with, for a look from beside it."""
        return read_settings(self.environment)

    def beside(self) -> Flask:
        """An application on the same database that serves nothing."""
        return create_app(read_settings({**self.environment, "HOMEROOM_WORKER": "0"}))

    def cookie_of(self, app: Flask, email: str, **session: str) -> str:
        """The session cookie of a browser in which this person is signed in."""
        with app.app_context():
            person = db.session.scalars(select(Staff).where(Staff.email == email)).one()
            token = sessions.start_session(person, user_agent="pytest", address="127.0.0.1")
            db.session.commit()
            db.session.remove()
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            return str(serializer.dumps({"_user_id": token, "_fresh": True, **session}))


@contextmanager
def running_house(data: Path, *, like: Path | None = None, **variables: str) -> Iterator[House]:
    """A server on a free port, with the demo district unless told otherwise; begun as a copy of the house at rest in `like`."""
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    environment = {
        "HOMEROOM_DATA": str(data), "PORT": str(port), "SECRET_KEY": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FAST_PASSWORDS": "1", **variables,
    }  # fmt: skip
    house = House(port, data, environment)
    try:
        if like is not None:
            shutil.copytree(like, data, dirs_exist_ok=True)
            move_network(data, house.url)
        house.start()
        yield house
    finally:
        house.stop()


MODELS_URL = "http://model.invalid"


def model_house(of_process: Path, *, demo: bool = True) -> Path:
    """A house at rest, to be copied: to build its tables and the demo district takes three seconds.

    `of_process` is this process's folder of the run, beside those of the others: who asks first makes it for all.
    """
    folder = of_process.parent if "PYTEST_XDIST_WORKER" in os.environ else of_process
    model = folder / ("model-demo" if demo else "model-empty")
    with one_at_a_time(folder):
        if not model.exists():
            made = model.with_suffix(".making")
            shutil.rmtree(made, ignore_errors=True)  # whoever failed before must not hide its reason from the next
            made.mkdir()
            environment = {"HOMEROOM_DATA": str(made), "PUBLIC_URL": MODELS_URL, "SECRET_KEY": SECRET, "HOMEROOM_DEMO": str(int(demo))}
            assert bear(environment, made / "prepare.log", ["prepare"]).wait(120) == 0, (made / "prepare.log").read_text()
            made.rename(model)
    return model


def move_network(data: Path, url: str) -> None:
    """The network that a house brings has written down where the house answers."""
    file = data / "simulator.sqlite3"
    if file.exists():
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE numbers SET status_callback = replace(status_callback, ?, ?)", (MODELS_URL, url))


def keep_awake(app: Flask) -> None:
    """Move the quiet hours to the other end of the day: journeys are tried at any time."""
    with app.app_context(), transaction():
        district = db.session.scalars(select(District)).one()
        there = now().astimezone(ZoneInfo(district.time_zone))
        hours = [(there + timedelta(hours=distance)).strftime("%H:00") for distance in (11, 13)]
        district.settings = {**district.settings, "quiet_hours": hours}

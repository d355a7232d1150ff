"""What the measurements of announcements share: a house on either database, drafts, other people who write and look meanwhile."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from werkzeug.test import EnvironBuilder

from app.accounts.models import Staff
from app.announcements import expansion, service
from app.announcements.models import Announcement
from app.announcements.service import Draft, DraftText
from app.core.database import db, transaction
from app.directory.models import School
from bench.house import house
from bench.pages import Browser

MANY, FEW = int(os.environ.get("ANNOUNCED", "20000")), 100
ON_POSTGRES = os.environ.get("ANNOUNCED_ON") == "postgres"
BODY = "School is closed tomorrow, Friday, because of ice. Meals can be picked up at the office from 11:00 to 12:30."


@contextmanager
def our_house(**settings: object) -> Iterator[Flask]:
    """With the embedded database, or on a PostgreSQL of its own."""
    if not ON_POSTGRES:
        with house(**settings) as app:
            yield app
        return
    from tests.servers import running_postgres

    with running_postgres() as url, house(database_url=url, **settings) as app:
        yield app


def drafted(staff: Staff, school: School) -> tuple[Announcement, str]:
    """A draft to the whole school that was looked at, and what was shown."""
    words = (DraftText("sms", "en", BODY), DraftText("sms", "es", BODY))
    draft = service.create(staff, Draft("Closed", school.id, texts=words, audience={"schools": [school.id]}, has_canary=False))
    planned = service.plan(staff, draft.id, version=1)
    return draft, planned.fingerprint


def accept(staff: Staff, school: School, draft: Announcement, fingerprint: str) -> None:
    service.accept(staff, draft.id, version=1, fingerprint=fingerprint, typed_name=school.name)


def expand(announcement_id: int) -> None:
    """All of it, with the pauses that it asks for."""
    while (pause := expansion.expand(announcement_id)) is not None and pause > 0:
        time.sleep(pause)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def own_memory() -> int:
    """Megabytes of this process that are not a file's: a mapped database is the system's to take back."""
    found = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


class Form(Browser):
    """Sends forms as well."""

    def post(self, path: str, **fields: str) -> str:
        """Where it leads."""
        return self.send(path, self.body(**fields))

    def body(self, **fields: str) -> bytes:
        """The form as a page of ours prints it, and a browser sends it."""
        token = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps("0" * 40)
        return urlencode(fields | {"csrf_token": token}).encode()

    def send(self, path: str, body: bytes) -> str:
        """Where it leads."""
        environ = EnvironBuilder(path=path, method="POST", data=body, content_type="application/x-www-form-urlencoded").get_environ()
        environ["HTTP_COOKIE"] = self.cookie
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def ask() -> None:
            answer = self.app.wsgi_app(environ, lambda line, headers, _info=None: answers.append((line, headers)))
            b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()

        Context().run(ask)
        line, headers = answers[0]
        assert line.startswith("303"), (line, path)
        return dict(headers)["Location"]


@contextmanager
def meanwhile(app: Flask, act: Callable[[], object], pause: float) -> Iterator[list[float]]:
    """How long `act` took each time, again and again in a thread of its own while the block runs."""
    ends, took = threading.Event(), list[float]()

    def go() -> None:
        with app.app_context():
            while not ends.is_set():
                took.append(seconds(act))
                ends.wait(pause)
            db.session.remove()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield took
    finally:
        ends.set()
        thread.join()


def one_insert() -> None:
    with transaction():
        db.session.execute(
            text("INSERT INTO paces (sender, next_at) VALUES (:sender, :at)"),
            {"sender": f"bench:{time.time()}", "at": "2026-01-01 00:00:00.000000"},
        )


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]

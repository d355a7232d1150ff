"""A worker is killed while it draws a fax: every page is there exactly once, and no process and no paper is left behind."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from flask import Flask
from sqlalchemy import select

from app.config import VARIABLES, Settings
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from app.core.files import chunks_of
from app.fax.models import Fax, FaxPage, FaxPart, Paper
from app.fax.paperwork import clear_desk
from tests.core.documents.paper import fax_tiff
from tests.factories.faxes import FaxFactory
from tests.faults.people import wait_until
from tests.nursery import bear

pytestmark = pytest.mark.faults
PAGES = 120


@contextmanager
def worker(app: Flask) -> Iterator[int]:
    """A worker process on this database; killed without warning at the end."""
    settings: Settings = app.extensions["settings"]
    environment = {VARIABLES[name]: str(getattr(settings, name)) for name in ("data", "database_url", "secret_key", "public_url")}
    log = settings.data / f"worker-{time.monotonic_ns()}.log"
    process = bear(environment, log, ["flask", "--app", "wsgi", "worker", "--threads", "1"])
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def kept(source: Path) -> str:
    with source.open("rb") as file:
        return file_store().save(chunks_of(file), extension=".tif").key


def numbers(of: Fax) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(FaxPage.number).where(FaxPage.fax_id == of.id).order_by(FaxPage.number)))


def readers(of: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(of).children(recursive=True) if "door.py" in " ".join(one.cmdline())]


@pytest.fixture
def waiting(app: Flask, tmp_path: Path) -> Fax:
    fax = FaxFactory(
        paper=Paper.WAITING, paper_due_at=now(), source_key=kept(fax_tiff(tmp_path / "long.tif", pages=PAGES)), source_type="image/tiff"
    )
    db.session.commit()
    return fax


def test_what_a_killed_worker_left_is_drawn_on_at_once(app: Flask, waiting: Fax) -> None:
    with worker(app) as pid:
        wait_until(lambda: len(numbers(waiting)) > 3)
        mine = readers(pid)
        assert mine
    wait_until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in mine))
    before = numbers(waiting)
    assert 3 < len(before) < PAGES, "it was too quick to lose anything"
    begun = time.monotonic()
    with worker(app):
        wait_until(lambda: len(numbers(waiting)) > len(before))
        assert time.monotonic() - begun < 120  # a lease is five minutes
        wait_until(lambda: db.session.get_one(Fax, waiting.id, populate_existing=True).paper == Paper.READY or db.session.rollback())
    assert numbers(waiting) == list(range(1, PAGES + 1))
    store = file_store()
    assert all(store.size(key) for page in db.session.scalars(select(FaxPage)) for key in (page.image_key, page.screen_key, page.thumb_key))
    clear_desk.function()
    assert list((app.extensions["settings"].data / "paperwork").iterdir()) == []


def test_a_document_that_takes_its_worker_along_each_time_is_given_up(app: Flask, waiting: Fax) -> None:
    waiting.paper_tries = 4  # so often it was taken up, and nobody came back
    part = FaxPart(fax_id=waiting.id, position=1, source_key=waiting.source_key, paper_due_at=now(), paper_tries=4)
    db.session.add(part)
    db.session.commit()
    with worker(app):
        wait_until(lambda: db.session.get_one(Fax, waiting.id, populate_existing=True).paper == Paper.BROKEN or db.session.rollback())
        wait_until(lambda: db.session.get_one(FaxPart, part.id, populate_existing=True).paper == Paper.BROKEN or db.session.rollback())
    assert waiting.problem == "too_much_memory"

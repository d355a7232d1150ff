"""Files that were put beside a text: what nobody sent leaves after two days, and nothing else ever does."""

import io
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from app.conversations.jobs import sweep_files
from app.conversations.models import Attachment, ScheduledMessage
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from tests.factories import Thread, thread

JSON = {"Accept": "application/json"}
LONG = timedelta(hours=49)


@pytest.fixture
def line(app) -> Thread:
    return thread()


@pytest.fixture
def desk(line: Thread, sign_in) -> FlaskClient:
    return sign_in(line.family.teacher)


def upload(desk: FlaskClient, line: Thread, name: str = "zoo.png") -> int:
    picture = io.BytesIO()
    Image.new("RGB", (800, 600), "green").save(picture, "PNG")
    picture.seek(0)
    return desk.post(f"/conversations/{line.id}/attachments", data={"file": (picture, name)}, headers=JSON).json["id"]


def files_on_disk() -> int:
    return sum(1 for path in file_store().folder.rglob("*") if path.is_file())  # type: ignore[attr-defined]


def sweep_later(school_time: time_machine.Traveller) -> None:
    school_time.shift(LONG)
    sweep_files.function()


def attachments_left() -> int:
    return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def test_what_was_never_sent_leaves_with_its_small_picture(line, desk, school_time) -> None:
    upload(desk, line)
    assert files_on_disk() == 2
    sweep_files.function()
    assert (attachments_left(), files_on_disk()) == (1, 2)
    sweep_later(school_time)
    assert (attachments_left(), files_on_disk()) == (0, 0)


def test_what_was_sent_scheduled_or_stands_beside_a_draft_stays(line, desk, sign_in, school_time) -> None:
    sent = upload(desk, line)
    assert desk.post(f"/conversations/{line.id}/messages", data={"body": "Sent", "attachment": sent}, headers=JSON).status_code == 200
    later = upload(desk, line)
    due = {"due": "at", "due_at": (now() + timedelta(days=30)).strftime("%Y-%m-%dT10:00")}
    planned = desk.post(f"/conversations/{line.id}/messages", data={"body": "Later", "attachment": later, **due}, headers=JSON)
    assert planned.json["scheduled"]
    upload(desk, line)
    desk.post(f"/conversations/{line.id}/draft", data={"body": "Still writing"})
    sweep_later(school_time)
    assert (attachments_left(), files_on_disk()) == (3, 6)
    sign_in(line.family.teacher).post(f"/conversations/{line.id}/draft", data={"body": ""})
    sweep_files.function()
    assert (attachments_left(), files_on_disk()) == (2, 4)


def test_a_file_that_was_given_back_waits_as_long_as_a_new_one(line, desk, sign_in, school_time) -> None:
    later = upload(desk, line)
    due = {"due": "at", "due_at": (now() + timedelta(days=30)).strftime("%Y-%m-%dT10:00")}
    desk.post(f"/conversations/{line.id}/messages", data={"body": "Later", "attachment": later, **due}, headers=JSON)
    school_time.shift(LONG)
    desk = sign_in(line.family.teacher)
    planned = db.session.scalars(select(ScheduledMessage.id)).one()
    assert desk.post(f"/conversations/scheduled/{planned}/cancel", headers=JSON).status_code == 200
    desk.post(f"/conversations/{line.id}/draft", data={"body": ""})
    sweep_files.function()
    assert attachments_left() == 1
    sweep_later(school_time)
    assert (attachments_left(), files_on_disk()) == (0, 0)

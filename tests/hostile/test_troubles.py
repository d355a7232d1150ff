"""The disk is full, or somebody holds the database: a page says so, nothing half-done stays, and afterwards all goes on."""

import errno
import io
import sqlite3
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.config import Settings
from app.conversations.models import Attachment, Message
from app.core.database import db
from app.core.files import LocalFileStore
from tests.conftest import SignIn
from tests.factories import thread

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_a_full_disk_is_said_and_nothing_half_is_kept(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    line = thread()
    db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def no_room(*_args: object, **_more: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk = sign_in(line.family.teacher)
    with monkeypatch.context() as full:
        full.setattr(LocalFileStore, "save", no_room)
        answer = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(PICTURE), "a.png")})
    assert (answer.status_code, "no room for files" in answer.text) == (503, True)
    assert db.session.query(Attachment).count() == 0
    again = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(PICTURE), "a.png")})
    assert again.status_code < 400, again.text[:300]
    assert db.session.query(Attachment).count() == 1


@pytest.mark.own_app
def test_a_database_that_somebody_holds_is_said_and_what_was_written_can_be_sent_again(
    app: Flask, settings: Settings, sign_in: SignIn
) -> None:
    line = thread()
    db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @event.listens_for(db.engine, "begin", insert=True)
    def be_impatient(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")

    desk = sign_in(line.family.teacher)
    desk.get("/settings/profile")
    form = {"body": "Held for a while.", "uuid": "0199aaaa-0000-7000-8000-000000000001"}
    holder = sqlite3.connect(settings.data / "homeroom.sqlite3")
    holder.execute("BEGIN IMMEDIATE")
    held = desk.post(f"/conversations/{line.id}/messages", data=form)
    assert (held.status_code, held.headers["Retry-After"]) == (503, "5")
    assert "What was sent is safe" in held.text
    assert desk.get(f"/conversations/{line.id}").status_code == 200
    holder.rollback()
    holder.close()
    for _ in range(2):
        assert desk.post(f"/conversations/{line.id}/messages", data=form).status_code == 303
    assert db.session.query(Message).filter(Message.body == form["body"]).count() == 1

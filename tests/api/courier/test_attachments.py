"""Files: a ticket, the bytes at a signed address, and a look at what is really inside."""

import io
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.api.courier.models import Upload
from app.api.courier.service import uploads
from app.conversations.models import Attachment
from app.conversations.service.attachments import file_store
from app.core.database import db
from app.core.files import FileGone
from app.delivery.models import DeliveryContent
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.api.courier.test_channels import opened
from tests.api.courier.test_messages import message
from tests.core.samples import picture

ZOO = picture("PNG", (300, 200))


def draft_of(here: CourierHouse) -> str:
    """A draft of the teacher's."""
    channel = opened(here.teacher, here.family)["id"]
    return str(here.teacher.ask("createMessage", message(channel, "See the zoo", draft=True)).json["data"]["id"])


def ticket(here: CourierHouse, draft: str, kind: str = "image/png", name: str = "zoo.png") -> dict[str, Any]:
    """Where to bring a file."""
    values = {"content-type": kind, "filename": name, "message-id": draft}
    answer = here.teacher.ask("createAttachment", sent("messaging-attachments", values))
    assert answer.status_code == 201, answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def bring(app: Flask, where: dict[str, Any], content: bytes, *, as_form: bool = False) -> int:
    """What the address answers."""
    path = urlsplit(where["upload-url"]).path
    if as_form:
        return app.test_client().post(path, data=where["upload-data"] | {"file": (io.BytesIO(content), "a")}).status_code
    return app.test_client().put(path, data=content, content_type="application/octet-stream").status_code


def test_a_file_goes_along_with_its_draft_under_the_id_of_its_ticket(app: Flask) -> None:
    here = courier_house(app)
    draft = draft_of(here)
    first, second = ticket(here, draft), ticket(here, draft, name="other.png")
    assert here.teacher.ask("processAttachmentUpload", {}, id=first["id"]).status_code == 409, "nothing came yet"
    assert bring(app, first, ZOO) == 204
    assert bring(app, second, ZOO, as_form=True) == 204
    shown = here.teacher.ask("processAttachmentUpload", {}, id=first["id"]).json["data"]["attributes"]
    assert (shown["content-type"], shown["filename"], shown["message-id"]) == ("image/png", "zoo.png", draft)
    assert shown["content-size"] > 0
    assert shown["thumbnail"].startswith("data:image/webp;base64,")
    assert here.teacher.ask("processAttachmentUpload", {}, id=first["id"]).status_code == 201, "twice is once"
    assert bring(app, first, ZOO) == 409
    here.teacher.ask("processAttachmentUpload", {}, id=second["id"])
    removed = here.teacher.ask("updateAttachment", sent("messaging-attachments", {"removed": True}, second["id"]), id=second["id"])
    assert removed.json["data"]["attributes"]["removed"] is True
    pending = ticket(here, draft)
    listed = here.teacher.ask("listAttachments", query={"message-id": draft}).json["data"]
    assert [each["id"] for each in listed] == [first["id"], second["id"]]
    everything = here.teacher.ask("listAttachments", query={"message-id": draft, "filter[include-pending]": "true"}).json["data"]
    assert [each["id"] for each in everything][-1] == pending["id"]
    posted = here.teacher.ask("updateMessage", sent("messaging-messages", {"draft": False}, draft), id=draft).json["data"]
    assert [each["id"] for each in posted["attributes"]["attachments"]] == [first["id"]]
    attachment = db.session.scalars(select(Attachment)).one()
    assert (str(attachment.uuid), attachment.name) == (first["id"], "zoo.png")
    assert [each["name"] for each in db.session.scalars(select(DeliveryContent.media)).one()] == ["zoo.png"]
    assert here.client.ask("getAttachment", id=first["id"]).json["data"]["attributes"]["message-id"] == draft
    assert [each["id"] for each in here.client.ask("listAttachments", query={"message-id": draft}).json["data"]] == [first["id"]]
    late = sent("messaging-attachments", {"content-type": "image/png", "message-id": draft})
    assert here.teacher.ask("createAttachment", late).status_code == 409
    assert (
        here.teacher.ask("updateAttachment", sent("messaging-attachments", {"removed": True}, first["id"]), id=first["id"]).status_code
        == 409
    )
    embedded = here.teacher.ask("getMessage", id=draft, query={"thumbnail": "true"}).json["data"]["attributes"]["attachments"][0]
    assert embedded["thumbnail"].startswith("data:image/webp;base64,")


def test_what_is_inside_counts_and_another_file_may_be_brought(app: Flask) -> None:
    here = courier_house(app)
    where = ticket(here, draft_of(here), "image/png", "zoo.png")
    assert bring(app, where, b"MZ\x90\x00 this is a program") == 204
    refused = here.teacher.ask("processAttachmentUpload", {}, id=where["id"])
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "upload_refused")
    assert bring(app, where, ZOO) == 204
    assert here.teacher.ask("processAttachmentUpload", {}, id=where["id"]).status_code == 201


def test_the_address_is_signed_and_ends(app: Flask, school_time: time_machine.Traveller) -> None:
    here = courier_house(app)
    where = ticket(here, draft_of(here))
    assert bring(app, where | {"upload-url": where["upload-url"][:-2]}, ZOO) == 404
    assert (
        app.test_client().post(urlsplit(where["upload-url"]).path, data={"x": "y"}, content_type="multipart/form-data").status_code == 400
    )
    school_time.shift(2 * 3600)
    assert bring(app, where, ZOO) == 400
    assert db.session.scalars(select(Upload.raw_key).where(Upload.uuid == UUID(where["id"]))).one() is None


def test_files_of_others_are_unknown(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    draft = draft_of(here)
    where = ticket(here, draft)
    bring(app, where, ZOO)
    for client in (there.client, here.client):
        assert client.ask("getAttachment", id=where["id"]).status_code == 404
        assert client.ask("processAttachmentUpload", {}, id=where["id"]).status_code == 404
        assert client.ask("listAttachments", query={"message-id": draft}).status_code == 404
        values = {"content-type": "image/png", "message-id": draft}
        assert client.ask("createAttachment", sent("messaging-attachments", values)).status_code == 404
        assert (
            client.ask("updateAttachment", sent("messaging-attachments", {"removed": True}, where["id"]), id=where["id"]).status_code == 404
        )
    assert here.teacher.ask("getAttachment", id=uuid4()).status_code == 404


def test_what_never_left_is_deleted_after_a_week(app: Flask, school_time: time_machine.Traveller) -> None:
    here = courier_house(app)
    kept, lost, waiting = draft_of(here), draft_of(here), draft_of(here)
    for draft in (kept, lost, waiting):
        where = ticket(here, draft)
        bring(app, where, ZOO)
        here.teacher.ask("processAttachmentUpload", {}, id=where["id"])
    here.teacher.ask("updateMessage", sent("messaging-messages", {"draft": False}, kept), id=kept)
    here.teacher.ask("updateMessage", sent("messaging-messages", {"removed": True}, lost), id=lost)
    abandoned = ticket(here, waiting)
    assert uploads.remove_unsent() == 0
    school_time.shift(8 * 24 * 3600)
    gone = db.session.scalars(select(Upload).where(Upload.owner_uuid == UUID(lost))).one()
    key = gone.file_key or ""
    assert uploads.remove_unsent() == 2
    assert db.session.scalar(select(Upload.id).where(Upload.uuid == UUID(abandoned["id"]))) is None, "nothing was ever brought"
    with pytest.raises(FileGone):
        file_store().open(key)
    (attachment,) = db.session.scalars(select(Attachment)).all()
    assert file_store().size(attachment.file_key or "") > 0
    released = here.teacher.ask("updateMessage", sent("messaging-messages", {"draft": False}, waiting), id=waiting).json["data"]
    assert [each["filename"] for each in released["attributes"]["attachments"]] == ["zoo.png"], "a draft keeps its file"


def test_a_text_does_not_leave_without_a_file_that_came_for_it(app: Flask) -> None:
    here = courier_house(app)
    draft = draft_of(here)
    where = ticket(here, draft)
    assert bring(app, where, ZOO) == 204
    release = sent("messaging-messages", {"draft": False}, draft)
    refused = here.teacher.ask("updateMessage", release, id=draft)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "upload_pending")
    assert here.teacher.ask("processAttachmentUpload", {}, id=where["id"]).status_code == 201
    assert here.teacher.ask("updateMessage", release, id=draft).status_code == 200

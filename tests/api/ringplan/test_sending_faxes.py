"""A fax by API: a file is uploaded, the fax accepted, and what comes of it is what comes of one that somebody writes on the page."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from app.accounts.models import AuditEvent, Bearer, Role, Staff
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.api.ringplan.models import UploadedFile
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import School
from app.fax.leaving_job import leave_due
from app.fax.models import Fax, FaxPart, FaxStatus
from app.fax.paperwork import turn
from app.fax.service.looks import hold
from tests.api.client import ApiClient
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory, api_key
from tests.factories.faxes import fax_number, picture
from tests.fax.sending.conftest import CLINIC_NUMBER, pdf

CLINIC = "2065550134"
NOON = 20
"""Of UTC: at no school of these tests is it night then."""


@dataclass
class Desk:
    """A program of a district, and its school."""

    app: Flask
    school: School
    api: ApiClient

    def upload(self, content: bytes | None = None, name: str = "request.pdf", **more: Any) -> TestResponse:
        """Hand over a file."""
        stream = io.BytesIO(pdf(2) if content is None else content)
        return self.api.ask("uploadFile", form={"file": (stream, name), **more})

    def body(self, **fields: Any) -> dict[str, Any]:
        """What a request says."""
        usual = {"from": fax_number(self.school).address, "to": CLINIC, "to_name": "Marlowe Park", "subject": "Records"}
        if "file" not in fields:
            usual["file"] = {"id": self.upload().json["id"]}
        return {name: value for name, value in (usual | fields).items() if value is not None}

    def send(self, **fields: Any) -> TestResponse:
        """Send one."""
        return self.api.ask("sendFax", self.body(**fields))

    def work(self) -> None:
        """What the workers do."""
        db.session.commit()
        with self.app.app_context():
            turn()
            leave_due.function()
        db.session.expire_all()

    @staticmethod
    def fail(number: str) -> None:
        """The machine there never answered."""
        fax = next(one for one in db.session.query(Fax) if id24(one.uuid) == number)
        delivery = db.session.get_one(Delivery, fax.delivery_id)
        delivery.state = "failed"
        hold(fax.id).status = FaxStatus.FAILED
        fax.failure = "fax_no_answer"
        db.session.commit()


@pytest.fixture
def desk(app: Flask) -> Desk:
    school = SchoolFactory(name="Lincoln Elementary")
    StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=school.district_id, name="Ada Admin")
    db.session.commit()
    return Desk(app, school, ApiClient(app, face, api_key(school.district_id), {"X-User-Id": "primary"}))


def test_refusals_are_told_apart(desk: Desk) -> None:
    refused = desk.api.ask("sendFax", {"subject": "For Ana"})
    assert refused.json["detail"] == "body: “file” is required; body: “from” is required; body: “to” is required"


def test_a_fax_is_accepted_and_leaves_by_the_outbox(desk: Desk, sign_in: SignIn) -> None:
    content = pdf(2)
    file = desk.upload(content, description="For the clinic").json
    assert (file["name"], file["mimetype"], file["description"], file["preview"]) == (
        "request.pdf",
        "application/pdf",
        "For the clinic",
        None,
    )
    taken = desk.send(file={"id": file["id"]}, from_name="Attendance office", emails="nurse@example.org")
    assert taken.status_code == 201
    one = taken.json
    assert (one["status"], one["to"], one["from_name"], one["emails"], one["file"]) == (
        "queued", CLINIC, "Attendance office", ["nurse@example.org"], None,
    )  # fmt: skip
    assert desk.api.ask("listOutboundFaxes").json[0]["status"] == "queued"
    desk.work()
    sent = desk.api.ask("listOutboundFaxes").json[0]
    assert (sent["status"], sent["pages"], sent["file"]["id"]) == ("queued", 2, one["id"])
    delivery = db.session.query(Delivery).one()
    assert (delivery.channel, delivery.address) == ("fax", CLINIC_NUMBER)
    assert db.session.query(Fax.bearer_id).scalar() == db.session.query(Bearer.id).scalar()  # whoever it says sent it
    page = sign_in(db.session.query(Staff).filter_by(name="Ada Admin").one())
    for address in (f"/fax/{db.session.query(Fax.id).scalar()}", "/settings/audit"):  # it says “Sent a fax”
        assert "Ada Admin · by Attendance sync" in page.get(address).text
    document = desk.api.ask("downloadFile", file_id=sent["file"]["id"])
    assert (document.data[:5], document.mimetype) == (b"%PDF-", "application/octet-stream")
    assert desk.api.ask("downloadFile", file_id=file["id"]).data == content
    assert db.session.query(AuditEvent).filter_by(action="fax.downloaded").count() == 1
    assert desk.api.ask("deleteOutboundFax", fax_message_id=one["id"]).status_code == 406


def test_what_no_page_would_send_is_refused(desk: Desk) -> None:
    file = {"id": desk.upload().json["id"]}
    for fields in (
        {"to": "911"}, {"to": fax_number(desk.school).address}, {"from": "5035550000"}, {"file": {"id": "0" * 24}},
        {"emails": [f"{number}@example.org" for number in range(6)]}, {"to": None}, {"to": "not a number"}, {"emails": ["nobody"]},
    ):  # fmt: skip
        assert desk.api.ask("sendFax", desk.body(**{"file": file, **fields})).status_code == 400, fields
    assert desk.send(file={"id": desk.upload(b"hello there", "a.txt").json["id"]}).status_code == 400
    assert desk.upload(b"\x7fELF" + b"\0" * 100, "a.exe").status_code == 400
    assert desk.upload(b"", "empty.pdf").status_code == 400
    assert desk.api.ask("uploadFile", form={"description": "no file"}).status_code == 400
    assert desk.upload(description=["one", "another"]).json["detail"] == "This part is given more than once. Send it once."
    assert "Did you mean 'description'?" in desk.upload(descripton="A request").json["detail"]
    assert db.session.query(Fax).count() == 0


def test_a_picture_has_a_preview_and_is_faxed(desk: Desk) -> None:
    file = desk.upload(picture(1, (864, 1100)), "note.png").json
    assert file["preview"]["filename"] == "note_preview.webp"
    assert desk.send(file={"id": file["id"]}).status_code == 201
    tiff = io.BytesIO()
    Image.new("1", (1728, 2200), 1).save(tiff, "TIFF")
    assert desk.send(file={"id": desk.upload(tiff.getvalue(), "scan.tiff").json["id"]}).status_code == 201


def test_at_night_a_fax_waits_as_one_of_the_page_does(desk: Desk) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):  # one in the morning in Seattle
        assert desk.send().status_code == 201
        desk.work()
        delivery = db.session.query(Delivery).one()
        assert delivery.held_until is not None
        assert datetime.fromisoformat(desk.api.ask("listOutboundFaxes").json[0]["send_at"]) == delivery.held_until


def test_a_failed_fax_is_corrected_and_sent_again_and_no_other(desk: Desk) -> None:
    one = desk.send().json["id"]
    for act in ({"name": "retryFax"}, {"name": "updateOutboundFax", "body": {"subject": "x"}}):
        assert desk.api.ask(**act, fax_message_id=one).status_code == 406
    desk.work()
    desk.fail(one)
    assert desk.api.ask("listOutboundFaxes").json[0]["status"] == "failed"
    changes = {"to": "+15035550177", "to_name": "Other clinic", "from_name": "Nurse", "file": {"id": desk.upload(pdf(1)).json["id"]}}
    changed = desk.api.ask("updateOutboundFax", changes, fax_message_id=one)
    assert (changed.status_code, changed.json["status"], changed.json["to"], changed.json["pages"]) == (200, "failed", "5035550177", 0)
    again = desk.api.ask("retryFax", fax_message_id=one)
    assert (again.status_code, again.json["status"]) == (202, "queued")
    desk.work()
    sent = desk.api.ask("listOutboundFaxes").json[0]
    assert (sent["id"], sent["status"], sent["pages"], sent["to_name"], sent["from_name"]) == (one, "queued", 1, "Other clinic", "Nurse")
    assert desk.api.ask("updateOutboundFax", {}, fax_message_id=one).status_code == 400
    desk.fail(one)
    assert desk.api.ask("deleteOutboundFax", fax_message_id=one).status_code == 204
    assert desk.api.ask("listOutboundFaxes").json == []


def test_a_scheduled_fax_is_changed_and_called_off(desk: Desk) -> None:
    at = (now() + timedelta(days=2)).replace(hour=NOON, minute=0, second=0, microsecond=0)
    made = desk.api.ask("scheduleFax", desk.body(send_at=at.isoformat()))
    assert (made.status_code, made.json["status"], made.json["send_at"]) == (201, "scheduled", at.isoformat())
    one = made.json["id"]
    desk.work()
    later = at + timedelta(hours=1)
    changed = desk.api.ask("updateScheduledFax", {"send_at": later.isoformat(), "subject": "Tomorrow"}, fax_message_id=one)
    assert (changed.status_code, changed.json["send_at"], changed.json["subject"]) == (200, later.isoformat(), "Tomorrow")
    desk.work()
    listed = desk.api.ask("listScheduledFaxes").json
    assert [(each["id"], each["status"], each["send_at"]) for each in listed] == [(one, "scheduled", later.isoformat())]
    for send_at in ("2020-01-01T10:00", "2026-02-30T10:00:00Z", "tomorrow"):
        assert desk.api.ask("scheduleFax", desk.body(send_at=send_at)).status_code == 400, send_at
        assert desk.api.ask("updateScheduledFax", {"send_at": send_at}, fax_message_id=one).status_code == 400
    assert desk.api.ask("cancelScheduledFax", fax_message_id=one).status_code == 204
    assert desk.api.ask("cancelScheduledFax", fax_message_id=one).status_code == 404
    assert desk.api.ask("listScheduledFaxes").json == []
    desk.work()
    assert {row.state for row in db.session.query(Delivery)} == {"cancelled"}


def test_strangers_and_readers_send_and_change_nothing(desk: Desk) -> None:
    at = (now() + timedelta(days=2)).replace(hour=NOON)
    waiting = desk.api.ask("scheduleFax", desk.body(send_at=at.isoformat())).json["id"]
    sent = desk.send().json["id"]
    elsewhere = SchoolFactory()
    StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=elsewhere.district_id)
    db.session.commit()
    stranger = ApiClient(desk.app, face, api_key(elsewhere.district_id), {"X-User-Id": "primary"})
    for name, body, number in (
        ("updateOutboundFax", {"subject": "x"}, sent), ("retryFax", None, sent), ("deleteOutboundFax", None, sent),
        ("updateScheduledFax", {"subject": "x"}, waiting), ("cancelScheduledFax", None, waiting),
    ):  # fmt: skip
        assert stranger.ask(name, body, fax_message_id=number).status_code == 404, name
    file = {"id": id24(db.session.query(UploadedFile).first().uuid)}
    assert stranger.ask("downloadFile", file_id=file["id"]).status_code == 404
    assert stranger.ask("sendFax", desk.body(file=file, **{"from": fax_number(elsewhere).address})).status_code == 400
    assert stranger.ask("sendFax", desk.body(file=file)).status_code == 400, "from a number of another district"
    viewer = StaffFactory(role=Role.VIEWER, schools=[desk.school])
    db.session.commit()
    reader = ApiClient(desk.app, face, api_key(person=viewer), {"X-User-Id": id24(viewer.uuid)})
    assert reader.ask("sendFax", desk.body(file=file)).status_code == 403
    assert reader.ask("uploadFile", form={"file": (io.BytesIO(pdf(1)), "a.pdf")}).status_code == 403
    assert db.session.query(Fax).count() == 2


def test_a_file_that_cannot_be_drawn_ends_as_failed(desk: Desk) -> None:
    one = desk.send(file={"id": desk.upload(b"%PDF-1.4\n" + b"\0" * 400, "broken.pdf").json["id"]})
    assert one.status_code == 201
    desk.work()
    assert desk.api.ask("listOutboundFaxes").json[0]["status"] == "failed"
    assert db.session.query(FaxPart).one().problem is not None

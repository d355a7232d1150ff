"""Files that staff send, and files that guardians sent."""

import io
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import BinaryIO

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app.carrier.gateway import CarrierUnreachable, MediaRefused
from app.conversations import service
from app.conversations.errors import NotAllowed, TooManyFiles
from app.conversations.models import Attachment, Message
from app.conversations.service.attachments import file_store
from app.core.database import db, in_transaction
from app.core.errors import NotVisible
from app.core.files import FileTooLarge
from app.core.uploads import UploadRefused
from app.delivery.models import Delivery
from app.live.models import LiveEvent
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import fresh_row
from tests.factories import StaffFactory, family, thread

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    target = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(target, kind)
    return target.getvalue()


@dataclass
class Shelf:
    """A carrier that holds files, or fails to."""

    files: dict[str, bytes | Exception] = field(default_factory=dict)

    def fetch_media(self, url: str, into: BinaryIO, *, most_bytes: int) -> str:
        assert not in_transaction()
        held = self.files[url]
        if isinstance(held, Exception):
            raise held
        into.write(held)
        return "image/jpeg"


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    app.extensions["carrier"] = Shelf()
    return app.extensions["carrier"]


def media(*urls: str) -> list[dict[str, str]]:
    return [{"url": url, "content_type": "image/jpeg"} for url in urls]


def test_a_picture_is_made_fit_for_phones_and_sent_as_mms(app: Flask) -> None:
    talk = thread()
    teacher = talk.family.teacher
    attached = service.attach(teacher, talk.id, io.BytesIO(picture("PNG", (1800, 1200))), filename="zoo.png")
    assert attached.size <= 600 * 1024
    sent = service.send(teacher, talk.id, "The flyer", uuid=uuid.uuid4(), attachment_ids=[attached.id])
    delivery = db.session.scalars(select(Delivery)).one()
    assert (sent.channel, delivery.channel, sent.segments) == ("mms", "mms", 1)
    assert delivery.content.media[0]["key"] == attached.file_key
    with pytest.raises(NotVisible):
        service.send(teacher, talk.id, "Again", uuid=uuid.uuid4(), attachment_ids=[attached.id])


def test_undo_puts_the_file_back_beside_the_text(app: Flask) -> None:
    talk = thread()
    teacher = talk.family.teacher
    attached = service.attach(teacher, talk.id, io.BytesIO(PDF), filename="permiso.pdf")
    sent = service.send(teacher, talk.id, "", uuid=uuid.uuid4(), attachment_ids=[attached.id])
    assert fresh_row(talk.id).preview_kind == "file"
    service.undo(teacher, sent.id)
    again = service.send(teacher, talk.id, "With words", uuid=uuid.uuid4(), attachment_ids=[attached.id])
    assert again.channel == "mms"


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"MZ\x90\x00\x03" * 40, "game.exe", UploadRefused),
        (b"", "empty.jpg", UploadRefused),
        (PDF, "photo.jpg", UploadRefused),
        (b"<svg onload='alert(1)'/>", "logo.svg", UploadRefused),
        (b"%PDF-" + bytes(26 * 1024 * 1024), "long.pdf", FileTooLarge),
    ],
)
def test_what_cannot_be_sent_is_not_kept(app: Flask, content: bytes, name: str, refusal: type[Exception]) -> None:
    talk = thread()
    with pytest.raises(refusal):
        service.attach(talk.family.teacher, talk.id, io.BytesIO(content), filename=name)
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_more_than_five_megabytes_is_no_text(app: Flask) -> None:
    talk = thread()
    heavy = service.attach(talk.family.teacher, talk.id, io.BytesIO(b"%PDF-" + bytes(6 * 1024 * 1024)), filename="book.pdf")
    with pytest.raises(TooManyFiles):
        service.send(talk.family.teacher, talk.id, "Read this", uuid=uuid.uuid4(), attachment_ids=[heavy.id])


def test_files_belong_to_their_writer_until_they_are_sent(app: Flask) -> None:
    talk = thread()
    office = StaffFactory(role="office", schools=[talk.family.school])
    stranger = StaffFactory(role="office", schools=[family().school])
    attached = service.attach(talk.family.teacher, talk.id, io.BytesIO(PDF), filename="a.pdf")
    with pytest.raises(NotVisible):
        service.send(office, talk.id, "Mine?", uuid=uuid.uuid4(), attachment_ids=[attached.id])
    with pytest.raises(NotVisible):
        service.attach(stranger, talk.id, io.BytesIO(PDF), filename="a.pdf")
    service.send(talk.family.teacher, talk.id, "Sent", uuid=uuid.uuid4(), attachment_ids=[attached.id])
    with pytest.raises(NotAllowed):
        service.detach(talk.family.teacher, attached.uuid)


def test_a_file_that_is_taken_away_leaves_the_disk(app: Flask) -> None:
    talk = thread()
    attached = service.attach(talk.family.teacher, talk.id, io.BytesIO(PDF), filename="a.pdf")
    key = attached.file_key
    service.detach(talk.family.teacher, attached.uuid)
    with pytest.raises(Exception, match="no longer kept"):
        file_store().open(key)


def test_a_guardians_photo_arrives_and_is_judged_by_its_content(app: Flask, shelf: Shelf) -> None:
    talk = thread()
    shelf.files = {"https://carrier/1": picture(), "https://carrier/2": PDF}
    arrives(talk.family.contact_point.address, talk.family.number, "", media=media("https://carrier/1", "https://carrier/2"))
    assert service.fetch_expected() == 2
    assert service.fetch_expected() == 0
    one, two = db.session.scalars(select(Attachment).order_by(Attachment.id))
    assert (one.content_type, one.width, one.name) == ("image/jpeg", 900, "image.jpg")
    assert two.content_type == "application/pdf"
    assert one.thumbnail_key is not None
    assert fresh_row(talk.id).preview_kind == "file"
    told = list(db.session.scalars(select(LiveEvent.name).where(LiveEvent.name == "message:changed")))
    assert len(told) == 2


def test_a_carrier_that_is_away_is_asked_again_and_not_for_ever(app: Flask, shelf: Shelf, school_time: time_machine.Traveller) -> None:
    talk = thread()
    shelf.files = {"https://carrier/1": CarrierUnreachable("away")}
    arrives(talk.family.contact_point.address, talk.family.number, "Look", media=media("https://carrier/1"))
    for _ in range(2):
        assert service.fetch_expected() == 1
    school_time.shift(timedelta(hours=25))
    service.fetch_expected()
    assert service.fetch_expected() == 0
    assert "could not be fetched" in (db.session.scalars(select(Attachment.problem)).one() or "")


@pytest.mark.parametrize("held", [MediaRefused("gone"), b"MZ\x90\x00" * 50])
def test_what_cannot_be_shown_says_why(app: Flask, shelf: Shelf, held: bytes | Exception) -> None:
    talk = thread()
    shelf.files = {"https://carrier/1": held}
    arrives(talk.family.contact_point.address, talk.family.number, "Look", media=media("https://carrier/1"))
    service.fetch_expected()
    assert db.session.scalars(select(Attachment.problem)).one()
    assert db.session.scalars(select(Message.body)).one() == "Look"

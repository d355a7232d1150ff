"""Pictures, papers, sounds and tests of a draft, through the front door."""

import io
import math
import struct
import tracemalloc
import wave
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from app.accounts.models import Staff
from app.announcements import service
from app.announcements.models import Announcement
from app.announcements.service import DraftText, own_phone
from app.core.content_types import MP3
from app.core.database import db
from app.core.sounds import measure
from app.delivery.models import Delivery
from tests.announcements.schools import Campus, again, campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories import StaffFactory

__all__ = ["house"]
JSON = {"Accept": "application/json"}


@pytest.fixture
def place(house: House) -> Campus:
    """A school with three families."""
    found = campus()
    found.families(3)
    db.session.commit()
    return found


@pytest.fixture
def admin(place: Campus, sign_in: SignIn) -> FlaskClient:
    """The principal's browser."""
    return sign_in(place.admin)


def flyer() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    return file.getvalue()


def tone(seconds: float = 2, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 4))) for n in range(int(seconds * rate))))
    return file.getvalue()


def put(client: FlaskClient, one: Announcement, data: bytes, name: str, **fields: str) -> Any:
    """Upload as the page's script does."""
    form = {"version": str(again(one).version), "file": (io.BytesIO(data), name), **fields}
    return client.post(f"/announcements/{one.id}/files", data=form, headers=JSON)


def test_a_flyer_is_linked_in_texts_or_texted_and_travels_with_copies(place: Campus, house: House, admin: FlaskClient) -> None:
    one = draft(place, sms("See the flyer."), send_to="all", has_canary=False)
    before = again(one).version
    assert put(admin, one, flyer(), "flyer.jpg").json == {"version": before + 1}
    page = admin.get(f"/announcements/{one.id}/edit").text
    assert "Text it too, +" in page
    link = again(one).texts[0].links[0]
    code = link.rpartition("/")[2]
    assert link in page
    assert admin.application.test_client().get(f"/f/{code}").mimetype == "image/jpeg"  # a family has no account
    copy = service.duplicate(place.admin, one.id)
    assert copy.texts[0].links[0] not in {link, ""}
    file = service.files.files_of(one.id)[0]
    carried = admin.post(f"/announcements/{one.id}/files/{file.id}", data={"act": "carry", "version": str(before + 1)}, headers=JSON)
    assert carried.status_code == 200
    assert service.preview(place.admin, one.id).cents == pytest.approx(3 * 2.2)
    send(again(one), place.admin)
    run(until="sending")
    run(20)
    house.hand_over()
    assert [text["num_media"] for text in house.at_the_network()] == [1] * 3
    late = put(admin, one, flyer(), "late.jpg")
    assert (late.status_code, late.json["error"]["code"]) == (409, "not_a_draft")


def test_what_is_no_picture_or_sound_is_refused_with_its_reason(place: Campus, admin: FlaskClient) -> None:
    one = draft(place, sms("Hello."), DraftText("voice", "en", "Hello."), channels=("sms", "voice"))

    def said(data: bytes, name: str, **fields: str) -> str:
        answer = put(admin, one, data, name, **fields)
        assert answer.status_code == 422, answer.text
        return str(answer.json["error"]["message"])

    sound = {"kind": "sound", "language": "all"}
    assert "is empty" in said(b"", "tone.wav", **sound)
    assert "cannot be sent" in said(b"MZ\x90\x00" * 99, "tone", **sound)
    assert "lasts 3:05" in said(tone(185), "long.wav", **sound)
    assert "no sound" in said(tone(0), "short.wav", **sound)
    assert "of a kind that cannot be sent" in said(tone(1), "flyer.jpg")
    assert again(one).version == 1
    kept = put(admin, one, tone(2), "tone.wav", **sound)
    assert kept.status_code == 201
    text = next(text for text in again(one).texts if text.channel == "voice")
    assert (text.media[0]["content_type"], text.media[0]["seconds"]) == ("audio/wav", 2.0)
    stale = admin.post(f"/announcements/{one.id}/files", data={"version": "1", "file": (io.BytesIO(flyer()), "a.jpg")}, headers=JSON)
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "announcement_changed")
    page = admin.get(f"/announcements/{one.id}/edit?in=voice").text
    assert "Hello. This is" in page
    assert "tone.wav" in page
    frame = b"\xff\xfb\x90\x00" + bytes(413)  # 128 kbit/s, 44.1 kHz
    song = measure(io.BytesIO(2 * frame), MP3)
    assert song is not None
    assert song.seconds == pytest.approx(2 * 1152 / 44100)


class Endless(io.RawIOBase):
    """A form with one file of a hundred megabytes, made while it is read; how much of it was."""

    HEAD = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nsound\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="tone.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        b"RIFF\xff\xff\xff\x0fWAVEfmt "
    )
    FEET = b"\r\n--x--\r\n"

    def __init__(self, megabytes: int) -> None:
        self.size = len(self.HEAD) + megabytes * 1024 * 1024 + len(self.FEET)
        self.at = self.read_of_it = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, to: int, whence: int = io.SEEK_SET) -> int:
        self.at = to + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        return self.at

    def readinto(self, buffer: Any) -> int:
        start, end = self.at, min(self.at + len(buffer), self.size)
        part = bytearray(b"RIFF" * ((end - start) // 4 + 1))[: end - start]
        for place, words in ((0, self.HEAD), (self.size - len(self.FEET), self.FEET)):
            for index in range(max(place, start), min(place + len(words), end)):
                part[index - start] = words[index - place]
        buffer[: end - start] = part
        self.at, self.read_of_it = end, max(end, self.read_of_it)
        return end - start


@pytest.mark.parametrize(("headers", "megabytes", "most_read"), [(JSON, 100, 0), (JSON, 24, 25), ({"Accept": "text/html"}, 100, 0)])
def test_a_sound_of_a_hundred_megabytes_is_refused_in_words_and_not_kept_in_memory(
    place: Campus, admin: FlaskClient, headers: dict[str, str], megabytes: int, most_read: int
) -> None:
    one = draft(place, DraftText("voice", "en", "Hello."), channels=("voice",))
    form = Endless(megabytes)
    address = f"/announcements/{one.id}/files" if headers is JSON else f"/announcements/{one.id}/edit"
    tracemalloc.start()
    try:
        answer = admin.post(
            address, input_stream=form, content_length=form.size, content_type="multipart/form-data; boundary=x", headers=headers
        )  # fmt: skip
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413, answer.text
    said = answer.json["error"]["message"] if headers is JSON else answer.text
    assert "larger than 20 MB" in said
    assert form.read_of_it <= most_read * 1024 * 1024
    assert peak < 12 * 1024 * 1024
    assert again(one).version == 1


def test_a_somali_call_warns_and_a_form_without_script_takes_files(place: Campus, admin: FlaskClient) -> None:
    one = draft(place, DraftText("voice", "en", "Hello."), DraftText("voice", "so", "Salaan."), channels=("voice",))
    page = admin.get(f"/announcements/{one.id}/edit").text
    assert "No voice speaks Somali" in page
    sent = {
        "version": "1", "act": "sound:so", "has_channels": "1", "channel": ["voice"], "body-voice-en": "Hello.",
        "sound-so": (io.BytesIO(tone()), "salaan.wav"),
    }  # fmt: skip
    admin.post(f"/announcements/{one.id}/edit", data=sent)
    assert {text.language: len(text.media) for text in again(one).texts} == {"en": 0, "so": 1}


def test_a_test_goes_to_its_author_and_counts_nowhere(place: Campus, house: House, admin: FlaskClient) -> None:
    one = draft(place, sms("Hi $FirstName|there$."), DraftText("email", "en", "Hi."), channels=("sms", "email"))
    said = admin.post(f"/announcements/{one.id}/tests").text
    assert "no phone of your own" in said
    db.session.execute(update(Staff).where(Staff.id == place.admin.id).values(phone="+15035550142"))
    db.session.commit()
    phone = f"/announcements/{one.id}/phone"
    assert phone in admin.post(f"/announcements/{one.id}/tests").text
    assert "Show that this phone is yours" in admin.get(phone).text
    assert admin.post(f"{phone}/code").status_code == 303
    assert "a moment ago" in admin.post(f"{phone}/code").text
    house.hand_over()
    (text,) = house.at_the_network()
    assert text["to"] == "+15035550142"
    code = text["body"][:6]
    for wrong in ("", "000000" if code != "000000" else "111111"):
        assert admin.post(phone, data={"code": wrong}).status_code == 422
    assert admin.post(phone, data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    admin.post(f"/announcements/{one.id}/tests")
    house.hand_over()
    tests = [(text["to"], text["body"][:9]) for text in house.at_the_network() if code not in text["body"]]
    assert tests == [("+15035550142", "[Test] Hi")]
    assert {(each.owner_kind, each.is_reply) for each in db.session.query(Delivery)} == {("announce_test", True), ("own_phone", True)}
    assert again(one).state == "draft"
    assert "(503) 555-0142" in admin.get(f"/announcements/{one.id}/tests").text
    db.session.execute(update(Staff).where(Staff.id == place.admin.id).values(phone="+15035550143"))  # another one is not theirs yet
    db.session.commit()
    assert phone in admin.post(f"/announcements/{one.id}/tests").text


def test_a_code_is_not_guessed(place: Campus, admin: FlaskClient) -> None:
    one = draft(place, sms("Hi."))
    db.session.execute(update(Staff).where(Staff.id == place.admin.id).values(phone="+15035550142"))
    db.session.commit()
    phone = f"/announcements/{one.id}/phone"
    assert admin.post(f"{phone}/code").status_code == 303
    db.session.rollback()
    code = db.session.query(Delivery).filter_by(owner_kind="own_phone").one().content.body[:6]
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    said = [admin.post(phone, data={"code": guess}).status_code for guess in [wrong] * 5 + [code]]
    assert said == [422] * 6
    assert not own_phone.is_confirmed(place.admin)


def test_answers_go_where_its_author_wants(place: Campus, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    StaffFactory(role="office", schools=[place.school], name="Ada Office")
    colleague = StaffFactory(role="office", schools=[place.school], name="Zoë Ríos", job_title="Nurse")
    stranger = StaffFactory(role="office")
    one = draft(place, DraftText("email", "en", "Hi."), channels=("email",))
    address = f"/announcements/{one.id}/edit"
    monkeypatch.setattr("app.announcements.queries.repliers.MOST_FOUND", 1)
    offered = admin.get("/announcements/choices?side=replies").text
    assert ("Ada Office" in offered, offered.count('aud-option"')) == (True, 1)
    found = admin.get(f"{address}?side=replies&q=rios").text  # who is not among the first is found by the name
    assert "Zoë Ríos, Nurse" in found
    admin.post(address, data={"version": "1", "add": f"replies|person:{colleague.id}"})
    assert (again(one).replies_to, again(one).replies_to_id) == ("person", colleague.id)
    assert f'value="person:{colleague.id}" selected' in admin.get(address).text
    assert admin.post(address, data={"version": "2", "replies": f"person:{stranger.id}"}).status_code == 404


def test_an_emergency_says_why_and_is_confirmed(place: Campus, admin: FlaskClient) -> None:
    one = draft(place, category="emergency")
    address = f"/announcements/{one.id}"
    assert "Say what the emergency is" in admin.get(f"{address}/review").text
    admin.post(f"{address}/edit", data={"version": "1", "emergency_reason": "weather", "emergency_words": "Tornado"})
    review = admin.get(f"{address}/review").text
    assert "Emergency: Severe weather: Tornado" in review
    assert again(one).plan is None  # looking writes nothing
    fingerprint = review.partition('name="fingerprint" value="')[2].partition('"')[0]
    answer = {"version": "2", "fingerprint": fingerprint, "sure": "on"}
    assert admin.post(f"{address}/send", data=answer).status_code == 422
    assert admin.post(f"{address}/send", data={**answer, "sure_emergency": "on"}).status_code == 303
    assert "Severe weather: Tornado" in admin.get(address).text
    assert "Sent the emergency" in admin.get("/settings/audit").text

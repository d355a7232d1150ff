"""A guardian opens the link of a text: reads in her language, answers, sends a photo, and nobody else gets in."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app import create_app
from app.config import Settings
from app.conversations.guardian_refusals import REFUSALS
from app.conversations.guardian_words import WORDS
from app.conversations.models import Message, MessageKind, MessageStatus, Receipt
from app.conversations.service import web_thread
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db
from tests.factories import MessageFactory, thread


@pytest.fixture
def talk(app: Flask):
    talk = thread()
    MessageFactory(
        conversation=talk.conversation, kind=MessageKind.OUTBOUND, staff_id=talk.family.teacher.id,
        body="The bus leaves at 8:45.", language="en",
        translation="El autobús sale a las 8:45.", translation_language="es", translated_by="phrases", status=MessageStatus.DELIVERED,
    )  # fmt: skip
    MessageFactory(conversation=talk.conversation, kind=MessageKind.NOTE, body="A note among staff")
    db.session.commit()
    return talk


@pytest.fixture
def address(talk) -> str:
    return "/g/" + web_thread.create_link(talk.family.teacher, talk.guardian.id).rsplit("/", 1)[1]


def picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (32, 24), "green").save(stream, "JPEG")
    stream.seek(0)
    return stream


def test_she_reads_in_her_language_and_never_sees_notes(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "El autobús sale a las 8:45." in page.text
    assert "Traducido por computadora" in page.text
    assert '<html lang="es"' in page.text
    assert "A note among staff" not in page.text
    assert "homeroom.css" not in page.text
    assert "<script" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "The bus leaves at 8:45." in client.get(f"{address}?lang=en").text


def test_looking_at_the_link_is_not_reading_but_showing_the_page_is(client: FlaskClient, address: str, talk) -> None:
    page = client.get(address).text
    assert db.session.scalars(select(Receipt)).all() == []
    beacon = page.split('class="vh" src="')[1].split('"')[0]
    assert client.get(beacon).mimetype == "image/gif"
    receipt = db.session.scalars(select(Receipt)).one()
    assert receipt.participant_id == talk.guardian.id


def test_she_answers_once_however_often_she_presses(client: FlaskClient, address: str) -> None:
    data = {"body": "¡Gracias! <b>👍</b>", "key": "01890000-0000-7000-8000-000000000001"}
    assert [client.post(address, data=dict(data)).status_code for _ in range(2)] == [303, 303]
    message = db.session.scalars(select(Message).where(Message.channel == "web")).one()
    assert message.kind == MessageKind.INBOUND
    page = client.get(f"{address}?sent=1").text
    assert "&lt;b&gt;" in page
    assert "Su mensaje llegó a la escuela." in page


def test_she_sends_a_photo_and_can_look_at_it(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"body": "", "photo": (picture(), "nota.jpg", "image/jpeg")})
    assert answer.status_code == 303
    page = client.get(address).text
    source = page.split('class="g-pic" src="')[1].split('"')[0]
    shown = client.get(source)
    assert shown.status_code == 200
    assert shown.mimetype.startswith("image/")
    assert client.get(source, headers={"Range": "bytes=0-9"}).status_code == 206


@pytest.mark.parametrize(
    "data",
    [
        {"body": "   "},
        {"body": "x" * 20_000},
        {"body": "words stay", "photo": (io.BytesIO(b"MZ\x90\x00 no picture"), "photo.jpg", "image/jpeg")},
    ],
    ids=["nothing", "far too long", "a file that lies"],
)
def test_what_cannot_be_sent_is_said_and_the_words_stay(client: FlaskClient, address: str, data: dict) -> None:
    answer = client.post(address, data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert data["body"].strip()[:40] in answer.text
    assert db.session.scalars(select(Message).where(Message.channel == "web")).all() == []


PROGRAM = (b"MZ\x90\x00 no picture", "tool.exe", "application/octet-stream")
BROKEN = (b"\xff\xd8\xff\xe0 broken", "photo.jpg", "image/jpeg")
EMPTY = (b"", "leer.jpg", "image/jpeg")


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_refusal_is_said_in_the_familys_language(client: FlaskClient, talk, address: str, language: str) -> None:
    talk.family.guardian.language = language
    db.session.commit()
    forms = {
        "nothing": {"body": " "},
        "long": {"body": "x" * 20_000},
        "many": {"photo": [(io.BytesIO(b"x"), "a.txt")] * 4},
        "kind": {"photo": (io.BytesIO(PROGRAM[0]), *PROGRAM[1:])},
        "lies": {"photo": (picture(), "menu.pdf", "application/pdf")},
        "picture": {"photo": (io.BytesIO(BROKEN[0]), *BROKEN[1:])},
        "empty": {"photo": (io.BytesIO(EMPTY[0]), *EMPTY[1:])},
    }
    for key, form in forms.items():
        alert = unescape(client.post(address, data=form).text.split('role="alert"')[1].split("</p>")[0])
        said = REFUSALS[language][key]
        assert re.search(re.sub(r"\\{\w+\\}", ".+", re.escape(said)), alert), (key, alert)
    assert db.session.scalars(select(Message).where(Message.channel == "web")).all() == []


def test_no_language_lacks_a_refusal() -> None:
    assert set(REFUSALS) == set(WORDS)
    fields = {key: re.findall(r"{(\w+)}", said) for key, said in REFUSALS["en"].items()}
    for said in REFUSALS.values():
        assert {key: re.findall(r"{(\w+)}", sentence) for key, sentence in said.items()} == fields


def test_too_much_and_too_often_are_said_in_her_language_too(app: Flask, client: FlaskClient, address: str, settings: Settings) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    big = client.post(address, data={"body": "Mire", "photo": (io.BytesIO(bytes(20_000)), "a.jpg", "image/jpeg")})
    assert big.status_code == 422
    assert "demasiado grande" in big.text
    strict = create_app(settings.model_copy(update={"rate_limits": True}))
    for _ in range(25):
        answer = strict.test_client().post(address, data={"body": ""}, headers={"Accept-Language": "vi"})
    assert answer.status_code == 429
    assert "Xin đợi một phút" in answer.text


def test_a_file_before_a_refused_one_is_not_kept(client: FlaskClient, address: str) -> None:
    lying = (io.BytesIO(PROGRAM[0]), "photo.jpg", "image/jpeg")
    assert client.post(address, data={"photo": [(picture(), "nota.jpg", "image/jpeg"), lying]}).status_code == 422
    assert [path for path in file_store().folder.rglob("*") if path.is_file()] == []


def test_a_made_up_link_an_ended_one_and_a_revoked_one_open_nothing(client: FlaskClient, address: str, talk) -> None:
    assert client.get("/g/not-a-token").status_code == 404
    with time_machine.travel(now() + timedelta(days=31)):
        assert client.get(address).status_code == 410
    web_thread.revoke_links(talk.family.teacher, talk.guardian.id)
    gone = client.get(address)
    assert gone.status_code == 410
    assert "8:45" not in gone.text
    assert client.post(address, data={"body": "hello"}).status_code == 410
    assert client.get(f"{address}/read/1.gif").status_code == 410


def test_one_guardian_cannot_fetch_the_files_of_another(client: FlaskClient, address: str, talk) -> None:
    client.post(address, data={"body": "", "photo": (picture(), "nota.jpg", "image/jpeg")})
    source = client.get(address).text.split('class="g-pic" src="')[1].split('"')[0]
    other = thread()
    db.session.commit()
    theirs = "/g/" + web_thread.create_link(other.family.teacher, other.guardian.id).rsplit("/", 1)[1]
    assert client.get(source.replace(address, theirs)).status_code == 404

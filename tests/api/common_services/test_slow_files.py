"""Servers that give a file a byte at a time keep nobody waiting but who named them."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select

from app.api.common_services import jobs
from app.conversations.models import Message
from app.core import guarded_fetch
from app.core.database import db
from app.core.guarded_fetch import NotFetched
from tests.api.common_services.programs import program
from tests.factories import family

HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


class Dripping:
    """Says `first` at once and then a byte ten times a second, for as long as it is listened to."""

    def __init__(self, first: bytes) -> None:
        self._first, self._ends = first, threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._ends.set()
        self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while not self._ends.is_set():
                line, _address = self._door.accept()
                with line, suppress(OSError):
                    line.sendall(self._first)
                    while not self._ends.wait(0.1):
                        line.sendall(b"x")


@pytest.fixture(params=[b"", HEADER + b"X-Long: ", HEADER + b"Content-Length: 100000\r\n\r\n", HEADER + b"\r\n"])
def dripping(request: pytest.FixtureRequest) -> Iterator[Dripping]:
    server = Dripping(request.param)
    yield server
    server.close()


def test_a_file_that_drips_is_given_up_when_its_time_is_over(app: Flask, dripping: Dripping) -> None:
    with pytest.raises(NotFetched, match="slowly") as refused:
        guarded_fetch.fetch(dripping.origin, io.BytesIO(), most_bytes=1_000_000, allowed_origins=[dripping.origin], seconds=1)
    assert refused.value.may_work_later


@pytest.mark.parametrize("address", ["http://１.１.１.１/x", "http://1。1。1。1/", "http://²/", "http://☃.example/"])  # noqa: RUF001  # so they are sent
def test_a_file_at_an_odd_address_is_not_fetched_and_nothing_crashes(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name has a spelling for the net by one reading, and none by another."""
    monkeypatch.setattr("app.core.net_guard._look_up", lambda _host, _port: ["93.184.216.34"])
    with pytest.raises(NotFetched) as refused:
        guarded_fetch.fetch(address, io.BytesIO(), most_bytes=1_000_000)
    assert not refused.value.may_work_later


def test_words_never_wait_for_files(app: Flask) -> None:
    people = family()
    sis = program(app, people)
    phone = people.contact_point.address
    for wish in ({"client_conversation_id": "files", "media_urls": ["https://files.example.test/1"]}, {"client_conversation_id": "words"}):
        sis.ask("createMessage", {"message": {"receiver_number": phone, "message_body": wish["client_conversation_id"], **wish}}, 201)
    jobs.take_messages.function()
    db.session.expire_all()
    assert [one.body for one in db.session.scalars(select(Message))] == ["words"]

"""Receivers that answer strangely, and names that lead elsewhere the next time: the connection goes where the guard looked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.directory.models import District
from app.webhooks import wire
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import WebhookAttempt, WebhookEndpoint
from app.webhooks.service import Outgoing, enqueue
from app.webhooks.signing_secrets import new_secret, seal_secret
from tests.conftest import settings_for
from tests.webhooks.conftest import Listen

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Speak = Callable[[socket.socket], None]


@pytest.fixture
def speaking() -> Iterator[Callable[[Speak], int]]:
    """Start a server that does with each connection as it is told; gives its port."""
    servers: list[socket.socket] = []

    def start(speak: Speak) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=attend, args=(line,), daemon=True).start()

        def attend(line: socket.socket) -> None:
            with closing(line):
                speak(line)

        threading.Thread(target=serve, daemon=True).start()
        port: int = server.getsockname()[1]
        return port

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def leads_to(app: Flask, district: District, url: str, *allowed: str) -> int:
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings_for(settings.data, webhook_allowed_origins=" ".join(allowed))
    row = WebhookEndpoint(district_id=district.id, url=url, secret=seal_secret(new_secret()), kinds=[], recent=[])
    db.session.add(row)
    db.session.commit()
    return row.id


def attempts() -> list[tuple[int | None, str | None]]:
    db.session.expire_all()
    return [(one.status, one.problem) for one in db.session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id))]


def hear(line: socket.socket) -> bytes:
    """One request, with its body; empty when they hung up."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        chunk = line.recv(65536)
        if not chunk:
            return b""
        heard += chunk
    head, _, body = heard.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    return heard


def answering(answer: bytes) -> Speak:
    def speak(line: socket.socket) -> None:
        while hear(line):
            line.sendall(answer)

    return speak


def once(answer: bytes) -> Speak:
    def speak(line: socket.socket) -> None:
        hear(line)
        line.sendall(answer)

    return speak


@pytest.mark.parametrize(
    ("speak", "outcome"),
    [
        (once(b"ssh-2.0 welcome\r\n\r\n"), (None, "broken")),
        (once(b""), (None, "broken")),
        (once(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), (None, "broken")),
        (once(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), (None, "broken")),
        (answering(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), (204, None)),
        (answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), (200, None)),
        (once(b"HTTP/1.0 200 OK\r\n\r\nuntil the end"), (200, None)),
        (answering(b"HTTP/1.1 204 No Content\r\nRetry-After: 1 Jan 99999999999999999999 00:00:00 GMT\r\n\r\n"), (204, None)),
        (answering(b"HTTP/1.1 204 No Content\r\nRetry-After: Mon, 01 Jan 2024 00:00:00 +9999999999999\r\n\r\n"), (204, None)),
        (answering(b"HTTP/1.1 204 No Content\r\nRetry-After: Mon, 01 Jan 0001 00:00:00 +2359\r\n\r\n"), (204, None)),
        (answering(b"HTTP/1.1 301 Moved\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"), (301, "redirect")),
    ],
)
def test_a_strange_answer_is_an_outcome(
    app: Flask, district: District, speaking: Callable[[Speak], int], speak: Speak, outcome: tuple[int | None, str | None]
) -> None:
    port = speaking(speak)
    number = leads_to(app, district, f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}")
    enqueue([Outgoing(number, "k", "a", {"x": 1})])
    run_until_idle(app)
    assert attempts() == [outcome]


def test_who_never_answers_costs_its_seconds_and_who_drips_no_more(
    app: Flask, district: District, speaking: Callable[[Speak], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.4)
    ends = threading.Event()

    def drip(line: socket.socket) -> None:
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        with suppress(OSError):
            while not ends.wait(0.05):
                line.sendall(b"x")

    def silence(line: socket.socket) -> None:
        hear(line)
        ends.wait(10)

    for speak in (drip, silence):
        port = speaking(speak)
        number = leads_to(app, district, f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}")
        enqueue([Outgoing(number, "k", "a", {})])
        run_until_idle(app)
    ends.set()
    assert attempts() == [(None, "timeout")] * 2


def test_nobody_there_is_told_apart_from_no_such_name(app: Flask, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    number = leads_to(app, district, f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}")
    enqueue([Outgoing(number, "k", "a", {})])
    run_until_idle(app)
    monkeypatch.setattr(socket, "getaddrinfo", _unknown)
    number = leads_to(app, district, "https://nobody.example/")
    enqueue([Outgoing(number, "k", "a", {})])
    run_until_idle(app)
    assert attempts() == [(None, "not_reached"), (None, "no_name")]


def _unknown(*_arguments: object, **_more: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_connection_closed_while_idle_is_no_failure(app: Flask, district: District, speaking: Callable[[Speak], int]) -> None:
    port = speaking(once(OK))
    number = leads_to(app, district, f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}")
    enqueue([Outgoing(number, "k", f"s{n}", {}) for n in range(12)])
    run_until_idle(app)
    assert attempts() == [(200, None)] * 12


def test_the_name_stays_in_host_and_the_connection_goes_to_the_address_that_was_checked(
    app: Flask, district: District, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = listen()
    port = receiver.origin.rpartition(":")[2]
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, *rest: object, **more: object) -> object:
        if host == "sis.example":
            asked.append(host)
            host = "127.0.0.1"
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = f"http://sis.example:{port}"
    number = leads_to(app, district, f"{url}/in", url)
    enqueue([Outgoing(number, "k", "a", {})])
    run_until_idle(app)
    assert receiver.heard[0].headers["host"] == f"sis.example:{port}"
    assert asked == ["sis.example"], "a second look-up may answer differently"
    app.extensions["settings"] = settings_for(app.extensions["settings"].data)
    other = leads_to(app, district, f"{url}/in")  # the same name without the operator's word: it leads inside by now
    enqueue([Outgoing(other, "k", "a", {})])
    run_until_idle(app)
    assert attempts() == [(200, None), (None, "inside")]
    assert len(receiver.heard) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(app: Flask, district: District, speaking: Callable[[Speak], int]) -> None:
    port = speaking(lambda line: line.sendall(b"\x15\x03\x03\x00\x02\x02\x28"))
    number = leads_to(app, district, f"https://127.0.0.1:{port}/", f"https://127.0.0.1:{port}")
    enqueue([Outgoing(number, "k", "a", {})])
    run_until_idle(app)
    assert attempts() == [(None, "tls")]

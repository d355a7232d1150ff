"""The POST that is made by the thousand: every shape of answer is understood, and none that is unclear is taken for clear."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.carrier.gateway import CarrierBusy, CarrierUnreachable
from app.carrier.poster import Limits, Poster
from tests.servers import free_port

PLAIN = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def carrier(*lines: list[bytes]) -> Iterator[tuple[Callable[[], Poster], list[bytes]]]:
    """A server that gives each connection its list of answers, one for each request, and then hangs up."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            for answers in lines:
                line, _ = listener.accept()
                with line:
                    for answer in answers:
                        heard.append(request_on(line))
                        for piece in answer.split(b"|"):
                            line.sendall(piece)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield lambda: to(f"http://127.0.0.1:{listener.getsockname()[1]}/Messages.json?a=1"), heard
        thread.join(5)


def request_on(line: socket.socket) -> bytes:
    """One request with the whole of its form."""
    data = b""
    while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < int(re.search(rb"Content-Length: (\d+)", data)[1]):
        piece = line.recv(65536)
        if not piece:
            break
        data += piece
    return data


def to(url: str, read: float = 5) -> Poster:
    return Poster(url, {"Authorization": "Basic x"}, Limits(2, read), ssl.create_default_context(), 4)


def test_connections_stay_open_and_the_form_arrives_as_it_is() -> None:
    with carrier([PLAIN, PLAIN]) as (poster, heard):
        one = poster()
        assert (one.post("To=%2B1").status, one.post("Body=%C3%A9").body) == (201, b"ok")
    head, _, form = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /Messages.json HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nAuthorization: Basic x\r\n" in head
    assert b"\r\nContent-Length: 7" in head
    assert form == b"To=%2B1"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-LENGTH:  4\r\n\r|\nabcd", b"abcd"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab|c\r\n2;x=1\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", b"x"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the |end", b"until the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b""),
    ],
)
def test_every_shape_of_answer_is_understood(answer: bytes, body: bytes) -> None:
    with carrier([answer]) as (poster, _):
        assert poster().post("a=b").body == body


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"HTTP/1.1 2",
        b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)  # fmt: skip
def test_half_an_answer_is_none(answer: bytes) -> None:
    with carrier([answer]) as (poster, _), pytest.raises(CarrierUnreachable):
        poster().post("a=b")


def test_a_connection_that_the_carrier_closed_is_not_written_to() -> None:
    with carrier([PLAIN], [PLAIN]) as (poster, heard):
        one = poster()
        one.post("first=1")
        while True:  # its end travels by itself
            if one._free[0].sock.recv(1, socket.MSG_PEEK) == b"":
                break
        assert one.post("second=2").status == 201
    assert len(heard) == 2


def test_a_connection_that_is_to_close_or_out_of_step_is_not_kept() -> None:
    with carrier([b"HTTP/1.1 201 Created\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok"], [PLAIN + b"more"], [PLAIN]) as (
        poster,
        heard,
    ):
        one = poster()
        assert [one.post("a=b").body for _ in range(3)] == [b"ok", b"ok", b"ok"]
    assert len(heard) == 3


def test_silence_is_not_waited_for_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(CarrierUnreachable):
        to(f"http://127.0.0.1:{listener.getsockname()[1]}/", read=0.1).post("a=b")


def test_what_could_not_leave_was_surely_not_taken() -> None:
    with pytest.raises(CarrierBusy) as away:
        to(f"http://127.0.0.1:{free_port()}/").post("a=b")
    assert away.value.is_away
    with carrier([b"no TLS here"]) as (poster, _), pytest.raises(CarrierBusy):
        to(poster().url.replace("http://", "https://")).post("a=b")

"""One browser's connection: what is put is framed and sent, nobody waits for a slow reader, and strange words end it."""

import socket
import struct
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import pytest
from engineio.packet import MESSAGE, PING, Packet
from structlog.testing import capture_logs

from app.live.line import GOODBYE, MOST_FRAMES, MOST_UNDONE, MOST_UNSENT, Line, frame, handshake
from app.live.words import is_understood


class Hub:
    """Does errands when told, and remembers what the line wished for."""

    def __init__(self) -> None:
        self.errands: list[Callable[[], object]] = []
        self.writing: list[bool] = []
        self.forgotten: list[Line] = []
        self.helpers = self
        self.work: list[Callable[[], object]] = []

    def soon(self, errand: Callable[[], object]) -> None:
        self.errands.append(errand)

    def watch(self, line: Line, *, writing: bool) -> None:
        self.writing.append(writing)

    def forget(self, line: Line) -> None:
        self.forgotten.append(line)

    def submit(self, work: Callable[[], object]) -> None:
        self.work.append(work)

    def run(self) -> None:
        while self.errands:
            self.errands.pop(0)()


class Connection:
    """Engine.IO's socket, as far as a line knows it."""

    def __init__(self) -> None:
        self.queue: Any = Queue()
        self.connected = self.upgraded = False
        self.received: list[tuple[int, Any]] = []

    def receive(self, packet: Packet) -> None:
        self.received.append((packet.packet_type, packet.data))


@pytest.fixture
def ends() -> Iterator[tuple[Line, Hub, Connection, socket.socket]]:
    mine, browser = socket.socketpair()
    hub, connection = Hub(), Connection()
    connection.queue.put(Packet(MESSAGE, "first"))
    line = Line(hub, connection, mine)  # type: ignore[arg-type]
    line.begin()
    yield line, hub, connection, browser
    mine.close()
    browser.close()


Ends = tuple[Line, Hub, Connection, socket.socket]


def said(text: str, *, opcode: int = 1, final: bool = True) -> bytes:
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack("!H", len(data))
    return bytes([(0x80 if final else 0) | opcode]) + size + b"\0\0\0\0" + data


def test_what_waited_and_what_comes_is_sent_in_its_order(ends: Ends) -> None:
    line, _, connection, browser = ends
    line.put(Packet(PING))
    assert browser.recv(100) == b"\x81\x064first\x81\x012"
    assert connection.connected
    assert connection.queue is line


@pytest.mark.parametrize(
    ("size", "head"), [(125, b"\x81\x7d"), (126, b"\x81\x7e\x00\x7e"), (65536, b"\x81\x7f" + (65536).to_bytes(8, "big"))]
)
def test_frames_of_every_size(size: int, head: bytes) -> None:
    assert frame("x" * size) == head + b"x" * size


def test_words_are_done_by_helpers_one_after_the_other(ends: Ends) -> None:
    line, hub, connection, browser = ends
    browser.sendall(said("40") + said("42[", final=False) + said('"a"]', opcode=0) + said("", opcode=9))
    line.ready(can_write=False)
    assert connection.received == []
    assert len(hub.work) == 1  # one helper for both
    hub.work.pop()()
    assert connection.received == [(4, "0"), (4, '2["a"]')]
    assert browser.recv(100).endswith(b"\x8a\x00")  # the ping was answered


def test_nobody_waits_for_a_slow_reader_and_its_rest_follows(ends: Ends) -> None:
    line, hub, _, browser = ends
    sent = 0
    while not hub.errands:
        line.put(Packet(MESSAGE, f"{sent:05d}" * 200))
        sent += 1
    line.put(Packet(MESSAGE, f"{sent:05d}" * 200))
    hub.run()
    assert hub.writing == [True]
    heard = b""
    while hub.writing[-1]:
        heard += browser.recv(1 << 20)
        line.ready(can_write=True)
    browser.settimeout(0.2)
    while len(heard) < 8 + (sent + 1) * 1005:
        heard += browser.recv(1 << 20)
    assert [heard.index(f"{number:05d}".encode() * 200) for number in range(sent + 1)] == [
        8 + 5 + 1005 * number for number in range(sent + 1)
    ]


def test_who_never_reads_is_hung_up(ends: Ends) -> None:
    line, hub, _, _ = ends
    for _ in range(2 + (MOST_UNSENT + (1 << 20)) // 60_000):
        line.put(Packet(MESSAGE, "x" * 60_000))
    hub.run()
    assert line.is_over
    assert hub.forgotten == [line]


def test_who_hangs_up_or_says_too_much_is_forgotten(ends: Ends) -> None:
    line, hub, _, browser = ends
    for number in range(MOST_UNDONE + 1):
        browser.sendall(said(f"42[{number}]"))
        line.ready(can_write=False)
    hub.run()
    assert hub.forgotten == [line]


@pytest.mark.parametrize("frames", [said("", opcode=0), said("", opcode=9), said("", opcode=10)], ids=["parts", "pings", "pongs"])
def test_who_sends_frames_without_end_is_hung_up_before_they_are_all_looked_at(ends: Ends, frames: bytes) -> None:
    line, hub, _, browser = ends
    browser.sendall(said("42[", final=False) + frames * (MOST_FRAMES + 100))
    browser.settimeout(0.2)
    while not line.is_over:
        line.ready(can_write=False)
    hub.run()
    assert hub.forgotten == [line]


def test_what_is_no_word_ends_the_line_with_one_line_of_the_log(ends: Ends) -> None:
    line, hub, connection, browser = ends
    browser.sendall(said('42["open",{"conversation":1}]') + said("42{}") + said('42["open",{}]'))
    line.ready(can_write=False)
    with capture_logs() as logged:
        hub.work.pop()()
    assert connection.received == [(4, '2["open",{"conversation":1}]')]
    assert [each["reason"] for each in logged if each["event"] == "live.line_cut"] == ["word_not_understood"]
    hub.run()
    assert hub.forgotten == [line]


@pytest.mark.parametrize(
    ("word", "understood"),
    [
        ("40", True), ('40{"token":"x"}', True), ('40/x,{"a":1}', True), ("41", True), ('421["visible"]', True), ("1", True),
        ('42["a","\\u00e9"]', True), ('42["a","\\ud800"]', False), ("42{}", False), ("42[]", False), ('42["connect",{}]', True),
        ('450-["a"]', False), ("43[]", False), ("44{}", False), ("bAAA", False), ("4\0", False), ("2", False), ("", False),
        ("42" + "[" * 60_000, False), ("42" + "9" * 200 + "[]", False),
    ],
)  # fmt: skip
def test_words(word: str, understood: bool) -> None:
    assert is_understood(word) is understood


def test_a_goodbye_is_answered(ends: Ends) -> None:
    line, hub, _, browser = ends
    browser.sendall(said("", opcode=8))
    line.ready(can_write=False)
    hub.run()
    assert browser.recv(100).endswith(GOODBYE)
    assert hub.forgotten == [line]


@pytest.mark.parametrize(
    "wrong",
    [
        {"HTTP_SEC_WEBSOCKET_KEY": "short"},
        {"HTTP_SEC_WEBSOCKET_KEY": "é"},
        {"HTTP_SEC_WEBSOCKET_VERSION": "8"},
        {"REQUEST_METHOD": "POST"},
    ],
)
def test_only_a_proper_handshake_is_taken(wrong: dict[str, str]) -> None:
    mine, browser = socket.socketpair()
    with mine, browser:
        wish = {
            "REQUEST_METHOD": "GET", "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==", "HTTP_SEC_WEBSOCKET_VERSION": "13",
            "gunicorn.socket": mine,
        }  # fmt: skip
        assert handshake(wish | wrong) == "400 Bad Request"
        assert handshake(wish) is None
        assert b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in browser.recv(1000)

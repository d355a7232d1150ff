"""One browser's connection: WebSocket frames on one side, an Engine.IO socket on the other."""

import base64
import hashlib
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from engineio import packet as engine
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from app.live.words import is_understood

if TYPE_CHECKING:
    from app.live.hub import Hub

log = structlog.get_logger()

MOST_UNSENT = 256 * 1024
"""Bytes kept for a browser that does not read; beyond, it is better off with catching up."""
MOST_UNDONE = 200
"""Words of one browser that wait."""
LONGEST_WORD = 64 * 1024
READ_AT_ONCE = 4 * 1024
"""Bytes of one browser in a turn: it may hold hundreds of frames, and all the others wait meanwhile."""
MOST_FRAMES, FRAMES_A_SECOND = 400, 100
"""A browser may send so many at once and so many on average, be they words, parts of words or pings: each is work for the hub's thread."""
SHORT, MIDDLE = 126, 1 << 16
KEY_OF_PROTOCOL = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
GOODBYE = b"\x88\x02\x03\xe8"
KEY_BYTES = 16


def handshake(environ: dict[str, Any]) -> str | None:
    """Answer the browser's wish to speak WebSocket; or the status with which it is refused.

    Compression is not agreed to: pushes are a hundred bytes, and its state takes a quarter of a megabyte for each browser.
    """
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip().encode("latin-1")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or environ.get("REQUEST_METHOD") != "GET":
        return "400 Bad Request"
    accept = base64.b64encode(hashlib.sha1(key + KEY_OF_PROTOCOL, usedforsecurity=False).digest())
    given: socket.socket = environ["gunicorn.socket"]
    given.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return None


def frame(text: str) -> bytes:
    """A text as a server's frame."""
    data = text.encode()
    size = len(data)
    if size < SHORT:
        return bytes((0x81, size)) + data
    if size < MIDDLE:
        return b"\x81\x7e" + size.to_bytes(2, "big") + data
    return b"\x81\x7f" + size.to_bytes(8, "big") + data


class Line:
    """Engine.IO takes it for its socket's queue of packets: what is put is sent."""

    def __init__(self, hub: "Hub", connection: Any, sock: socket.socket) -> None:
        """`connection` is Engine.IO's socket, `sock` ours alone from now on."""
        self.connection, self.sock = connection, sock
        self.since, self.is_let_in, self.is_over = time.monotonic(), False, False
        self._hub = hub
        self._frames = Connection(ConnectionType.SERVER)
        self._lock = threading.Lock()
        self._unsent = bytearray()
        self._words: deque[str | None] = deque()
        self._part = ""
        self._frames_left, self._counted_at = float(MOST_FRAMES), self.since
        self._is_served = False

    @property
    def is_busy(self) -> bool:
        """Whether it said something that is not done yet."""
        return self._is_served

    def begin(self) -> None:
        """Take the place of Engine.IO's queue, and send what is in it."""
        self.sock.settimeout(0)
        if self.sock.family in {socket.AF_INET, socket.AF_INET6}:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting, self.connection.queue = self.connection.queue, self
        self.connection.connected = self.connection.upgraded = True
        while not waiting.empty():
            self.put(waiting.get_nowait())

    def put(self, packet: Any) -> None:
        """Send a packet; None hangs up. Never waits. From any thread."""
        self._write(GOODBYE if packet is None else frame(packet.encode(b64=True)))
        if packet is None:
            self.end()

    def join(self) -> None:
        """Nothing waits here."""

    def _write(self, data: bytes) -> None:
        with self._lock:
            if self.is_over:
                return
            if not self._unsent:
                try:
                    sent = self.sock.send(data)
                except BlockingIOError:
                    sent = 0
                except OSError:
                    sent = -1
                if sent == len(data):
                    return
                if sent >= 0:
                    self._unsent += data[sent:]
                    self._hub.soon(lambda: self._hub.watch(self, writing=True))
                    return
            elif len(self._unsent) + len(data) <= MOST_UNSENT:
                self._unsent += data
                return
        self.end()

    def ready(self, *, can_write: bool) -> None:
        """There is something to read, or room to write. In the hub's thread."""
        try:
            if can_write:
                self._write_rest()
            data = self.sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.hear(data)
        else:
            self.end()

    def _write_rest(self) -> None:
        with self._lock:
            if self._unsent:
                del self._unsent[: self.sock.send(self._unsent)]
            if not self._unsent:
                self._hub.watch(self, writing=False)

    def hear(self, data: bytes) -> None:
        """Take what the browser sent. In the hub's thread."""
        self._frames.receive_data(data)
        at = time.monotonic()
        self._frames_left = min(MOST_FRAMES, self._frames_left + (at - self._counted_at) * FRAMES_A_SECOND)
        self._counted_at = at
        for event in self._frames.events():
            self._frames_left -= 1
            if self._frames_left < 0 or isinstance(event, BytesMessage):
                log.info("live.line_cut", reason="binary" if isinstance(event, BytesMessage) else "too_many_frames")
                self._write(GOODBYE)
                self.end()
                return
            if isinstance(event, TextMessage):
                self._part += event.data
                if len(self._part) > LONGEST_WORD:
                    self.end()
                    return
                if event.message_finished:
                    word, self._part = self._part, ""
                    self._take(word)
            elif isinstance(event, Ping):
                self._write(self._frames.send(event.response()))
            elif isinstance(event, CloseConnection):
                self._write(GOODBYE)
                self.end()
                return

    def _take(self, word: str) -> None:
        if word == str(engine.PONG):
            self.connection.receive(engine.Packet(engine.PONG))
        elif len(self._words) >= MOST_UNDONE:
            self.end()
        else:
            self._have_done(word)

    def _have_done(self, word: str | None) -> None:
        """One helper at a time does what this browser says, in its order; None is its end."""
        with self._lock:
            self._words.append(word)
            if self._is_served:
                return
            self._is_served = True
        with suppress(RuntimeError):  # the process ends
            self._hub.helpers.submit(self._serve)

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._words:
                    self._is_served = False
                    return
                word = self._words.popleft()
            try:
                if word is None:
                    server = self.connection.server
                    self.connection.close(wait=False, abort=True, reason=server.reason.TRANSPORT_CLOSE)
                    server.sockets.pop(self.connection.sid, None)
                elif not self.is_over and is_understood(word):
                    self.connection.receive(engine.Packet(encoded_packet=word))
                elif not self.is_over:
                    log.info("live.line_cut", reason="word_not_understood")
                    self.end()
            except Exception:
                log.exception("live.word_failed")
                self.end()

    def end(self) -> None:
        """Hang up; whoever looks after presence hears of it. From any thread, and more than once."""
        with self._lock:
            if self.is_over:
                return
            self.is_over = True
        self._hub.soon(lambda: self._hub.forget(self))
        self._have_done(None)

    def abort(self) -> None:
        """Hang up without telling anybody here: the process ends."""
        with self._lock:
            self.is_over = True
            try:
                self.sock.send(GOODBYE)
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it went first

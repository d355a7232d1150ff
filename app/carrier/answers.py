"""An HTTP answer read from a connection, in all shapes that the standard allows, and nothing that is unclear."""

import socket
from dataclasses import dataclass

MOST_BYTES = 1024 * 1024
MOST_HEAD = 64 * 1024
PIECE = 64 * 1024
END = b"\r\n\r\n"
INTERIM, NO_CONTENT, NOT_MODIFIED = range(100, 200), 204, 304


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    retry_after: str | None
    body: bytes


class Unclear(ValueError):
    """Not an HTTP answer, or not all of one."""


def answer_on(line: socket.socket) -> tuple[Answer, bool]:
    """The next answer, and whether the connection may be used again. Raises Unclear, OSError."""
    reader = _Reader(line)
    status, is_new, fields = _head(reader.until(END, MOST_HEAD))
    while status in INTERIM:
        status, is_new, fields = _head(reader.until(END, MOST_HEAD))
    is_kept = is_new and b"close" not in fields.get(b"connection", b"").lower()
    length = fields.get(b"content-length")
    if status in {NO_CONTENT, NOT_MODIFIED}:
        body = b""
    elif b"transfer-encoding" in fields:
        if fields[b"transfer-encoding"].lower() != b"chunked":
            raise Unclear
        body = _chunks(reader)
    elif length is not None:
        body = reader.exactly(_number(length, 10))
    else:
        body, is_kept = reader.rest(), False
    retry_after = fields.get(b"retry-after")
    answer = Answer(status, retry_after.decode("latin-1") if retry_after is not None else None, body)
    return answer, is_kept and not reader.has_more


def _head(head: bytes) -> tuple[int, bool, dict[bytes, bytes]]:
    """The status, whether connections stay open by themselves, and the fields by their names in small letters."""
    first, *lines = head.split(b"\r\n")
    version, _, rest = first.partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise Unclear
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.lower(), value.strip()
        if not colon or not name or name != name.strip() or (name == b"content-length" and fields.get(name, value) != value):
            raise Unclear
        fields[name] = value
    return _number(rest[:3], 10), version != b"HTTP/1.0", fields


def _chunks(reader: "_Reader") -> bytes:
    body = b""
    while size := _number(reader.until(b"\r\n", MOST_HEAD).partition(b";")[0].strip(), 16):
        body += reader.exactly(size)
        if len(body) > MOST_BYTES or reader.exactly(2) != b"\r\n":
            raise Unclear
    while reader.until(b"\r\n", MOST_HEAD):
        continue  # fields after the content say nothing that we ask
    return body


def _number(digits: bytes, base: int) -> int:
    if not digits.isalnum():
        raise Unclear
    return int(digits, base)


class _Reader:
    """What came over a connection and was not taken yet."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._data = b""

    @property
    def has_more(self) -> bool:
        """More than what was asked for: the connection is out of step."""
        return bool(self._data)

    def until(self, mark: bytes, most: int) -> bytes:
        """Up to `mark`, which is taken as well."""
        while (end := self._data.find(mark)) < 0:
            if len(self._data) > most or not self._receive():
                raise Unclear
        taken, self._data = self._data[:end], self._data[end + len(mark) :]
        return taken

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        if size > MOST_BYTES:
            raise Unclear
        while len(self._data) < size:
            if not self._receive():
                raise Unclear
        taken, self._data = self._data[:size], self._data[size:]
        return taken

    def rest(self) -> bytes:
        """Everything until the other side hangs up."""
        while self._receive():
            if len(self._data) > MOST_BYTES:
                raise Unclear
        taken, self._data = self._data, b""
        return taken

    def _receive(self) -> bool:
        piece = self._line.recv(PIECE)
        self._data += piece
        return bool(piece)

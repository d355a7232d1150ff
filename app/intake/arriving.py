"""One request while its bytes come in: it knows when it is whole, and when its time is over.

It judges nothing. The server's parser reads the same bytes afterwards and has the last word; where both disagree about the
end, the request is cut there and refused, and its connection closed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum, auto
from tempfile import SpooledTemporaryFile

HEADER_SECONDS = 15.0
BODY_SECONDS = 20.0
SLOWEST = 1000
"""Bytes of a body that earn it a further second."""
MOST_AHEAD = 60.0
"""Seconds that it may have earned and not used: for so long a body may stand still, however large it is."""
LONGEST_HEADER = 64 * 1024
LARGEST_BODY = 256 * 1024 * 1024
"""More than any page takes. What is announced as larger goes to its page without a body, to be refused there in the page's own words."""
IN_MEMORY = 64 * 1024
"""Of each body. The rest lies in a file."""
_LONGEST_LINE = 4096
_FREE_LINES = 256
_BYTES_FOR_A_LINE = 64
"""On the average, between the lines of a body in chunks: each costs the main thread as much as thousands of bytes do."""
_END = b"\r\n\r\n"
_FRAMING = re.compile(rb"^(content-length|transfer-encoding|expect)[ \t]*:([^\r\n]*)\r\n", re.IGNORECASE | re.MULTILINE)
_EXPECTS = re.compile(rb"^expect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"[0-9]{1,12}")
_SIZE = re.compile(rb"([0-9a-fA-F]{1,12})[ \t]*(;.*)?\r\n", re.DOTALL)


class NoRoom(Exception):
    """The disk is full, or the process has as many files open as it may."""


class Stage(Enum):
    """How far a request is."""

    HEADER = auto()
    BODY = auto()
    WHOLE = auto()
    CUT = auto()
    """As much as is needed to refuse it. Its connection is of no use afterwards."""
    TOO_LONG = auto()
    """A header without an end."""
    UNREADABLE = auto()
    """A body in chunks whose end nobody can tell, or of more and smaller ones than anybody needs."""
    TOO_LARGE = auto()
    """A body in chunks that is larger than any page takes."""


class Arriving:
    """Feed it what comes; `rest` is what came behind it."""

    def __init__(self, began: float) -> None:
        """Nothing has come yet."""
        self.began = began
        self.stage = Stage.HEADER
        self.rest = b""
        self.kept = 0
        self._header = bytearray()
        self._body: SpooledTemporaryFile[bytes] | None = None
        self.late_after = began + HEADER_SECONDS
        self._left: int | None = None
        self._chunks: _Chunks | None = None
        self._is_asked_to_go_on = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is waited for."""
        return self.stage not in {Stage.HEADER, Stage.BODY}

    @property
    def has_begun(self) -> bool:
        """Whether anything came."""
        return bool(self._header)

    def is_late(self, at: float) -> bool:
        """Whether its time is over. A header has a few seconds, a body a few more and those that it earns by its speed."""
        return at > self.late_after

    def wants_a_word(self) -> bool:
        """Whether the client waits to be told to go on with its body. True once."""
        wants, self._is_asked_to_go_on = self._is_asked_to_go_on, False
        return wants and self.stage is Stage.BODY

    def feed(self, data: bytes, at: float) -> None:
        """Take what came; once it is complete, everything further is `rest`. Raises NoRoom."""
        if self.stage is Stage.HEADER:
            data = self._read_header(data, at)
        if self.stage is Stage.BODY:
            data = self._read_body(data, at)
        if self.stage in {Stage.WHOLE, Stage.CUT}:
            self.rest += data

    def pieces(self) -> Iterator[bytes]:
        """The request for the parser: its header, then its body."""
        yield bytes(self._header)
        if self._body is not None:
            self._body.seek(0)
            while piece := self._body.read(IN_MEMORY):
                yield piece

    def close(self) -> None:
        """Let go of the body."""
        if self._body is not None:
            with suppress(OSError):  # what was still to be written down finds no room, and is not wanted
                self._body.close()

    def _read_header(self, data: bytes, at: float) -> bytes:
        if not self._header:
            data = data.lstrip(b"\r\n")  # some send an empty line behind a body
        looked_at = max(len(self._header) - len(_END) + 1, 0)
        self._header += data
        end = self._header.find(_END, looked_at)
        if max(end, 0) > LONGEST_HEADER or (end < 0 and len(self._header) > LONGEST_HEADER):
            self.stage = Stage.TOO_LONG
        if end < 0 or self.stage is Stage.TOO_LONG:
            return b""
        behind = bytes(self._header[end + len(_END) :])
        del self._header[end + len(_END) :]
        self.late_after = at + BODY_SECONDS
        self._look_at_framing()
        return behind

    def _look_at_framing(self) -> None:
        fields: dict[bytes, list[bytes]] = {}
        for name, value in _FRAMING.findall(self._header):
            fields.setdefault(name.lower(), []).append(value.strip(b" \t"))
        lengths = set(fields.get(b"content-length", ()))
        if b"transfer-encoding" in fields:
            self._chunks = _Chunks()
        elif not lengths or all(not length.strip(b"0") and length for length in lengths):
            self.stage = Stage.WHOLE
            return
        elif len(lengths) > 1 or not _LENGTH.fullmatch(length := lengths.pop()) or int(length) > LARGEST_BODY:
            self.stage = Stage.CUT
        else:
            self._left = int(length)
        if b"expect" in fields:  # answered here, or by the page's refusal
            shorter = _EXPECTS.sub(b"", bytes(self._header))
            self._is_asked_to_go_on = len(shorter) < len(self._header) and b" HTTP/1.1\r\n" in shorter
            self._header[:] = shorter
        if self.stage is not Stage.CUT:
            self.stage = Stage.BODY
            self._body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed with the request

    def _read_body(self, data: bytes, at: float) -> bytes:
        taken = len(data)
        if self._left is not None:
            taken = min(taken, self._left)
            self._left -= taken
            if not self._left:
                self.stage = Stage.WHOLE
        elif self._chunks is not None:
            try:
                end = self._chunks.read(data)
            except ValueError:
                self.stage = Stage.UNREADABLE
            else:
                taken, self.stage = (taken, Stage.BODY) if end is None else (end, Stage.WHOLE)
        if self._body is not None:
            try:
                self._body.write(data[:taken])
                if self.stage is not Stage.BODY:
                    self._body.flush()  # or a full disk shows when a page reads it
            except OSError as error:
                raise NoRoom from error
        self.kept += taken
        self.late_after = min(self.late_after + taken / SLOWEST, at + MOST_AHEAD)
        if self.stage is Stage.BODY and self.kept > LARGEST_BODY:
            self.stage = Stage.TOO_LARGE
        return data[taken:]


class _Chunks:
    """Where a body in chunks ends, found as it comes."""

    def __init__(self) -> None:
        self._left = self._behind = self._lines = self._bytes = 0
        self._line = bytearray()
        self._is_over = False

    def read(self, data: bytes) -> int | None:
        """How many of these bytes belong to the body once its end is among them. Raises ValueError where nobody can tell any more."""
        at = 0
        self._bytes += len(data)
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left, at = self._left - step, at + step
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or None]
            at = end or len(data)
            self._lines += 1
            are_many = self._lines > _FREE_LINES + self._bytes // _BYTES_FOR_A_LINE
            if are_many or len(self._line) > _LONGEST_LINE or self._behind > LONGEST_HEADER:
                raise ValueError
            if end and self._finish_line():
                return at
        return None

    def _finish_line(self) -> bool:
        """Whether this was the last line of all."""
        line = bytes(self._line)
        self._line.clear()
        if self._is_over:
            self._behind += len(line)
            return line == b"\r\n"
        size = _SIZE.fullmatch(line)
        if size is None:
            raise ValueError
        length = int(size[1], 16)
        self._is_over = not length
        self._left = length + len(b"\r\n") if length else 0
        return False

"""A connection to which an answer is written without waiting: what the client does not take yet is kept, and sent later by others.

A page thread that waits until a client reads is that client's, just as one that waits until it writes.
"""

import os
import socket
from collections import deque
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from app.intake.arriving import IN_MEMORY

AT_ONCE = 256 * 1024
"""Bytes that are sent to one client before it is another's turn."""


class _Piece(Protocol):
    """Something that is still to be sent."""

    def send(self, sock: socket.socket) -> bool:
        """Send some; whether it is all gone. Raises BlockingIOError where nothing is taken now."""

    def close(self) -> None:
        """Let go of it."""


class _Kept:
    """Bytes: a few in memory, many in a file."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed with the piece
        self._sent = self._size = 0

    def add(self, data: bytes | memoryview) -> None:
        self._file.seek(self._size)
        self._file.write(data)
        self._size += len(data)

    def send(self, sock: socket.socket) -> bool:
        self._file.seek(self._sent)
        self._sent += sock.send(self._file.read(AT_ONCE), socket.MSG_DONTWAIT)
        return self._sent == self._size

    def close(self) -> None:
        self._file.close()


class _Part:
    """Of a file on the disk, from where the system sends it by itself."""

    def __init__(self, file: int, offset: int, many: int) -> None:
        self._file, self._offset, self._left = os.dup(file), offset, many

    def send(self, sock: socket.socket) -> bool:
        many = os.sendfile(sock.fileno(), self._file, self._offset, min(self._left, AT_ONCE))
        if not many:
            raise BrokenPipeError  # it is shorter than was said: the client must not take what follows for the rest
        self._offset, self._left = self._offset + many, self._left - many
        return not self._left

    def close(self) -> None:
        os.close(self._file)


class Outlet(socket.socket):
    """What the server writes to. Its thread writes; once that is done, the server's main thread calls `flush` until all is gone."""

    def __init__(self, of: socket.socket) -> None:
        """Takes the connection over."""
        super().__init__(of.family, of.type, of.proto, fileno=of.detach())
        self._pieces: deque[_Piece] = deque()
        with suppress(OSError, AttributeError):  # not a connection of TCP, or another system
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, AT_ONCE)  # or the kernel takes megabytes that nobody may want

    @property
    def is_behind(self) -> bool:
        """Whether anything is still to be sent."""
        return bool(self._pieces)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what is taken at once, and keep the rest. Raises OSError where nobody is there any more."""
        rest = memoryview(data).cast("B")
        if not self._pieces:
            with suppress(BlockingIOError):
                while rest:
                    rest = rest[self.send(rest, flags | socket.MSG_DONTWAIT) :]
        if rest:
            last = self._pieces[-1] if self._pieces else None
            if not isinstance(last, _Kept):
                last = _Kept()
                self._pieces.append(last)
            last.add(rest)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Have a part of a file sent."""
        many = os.fstat(file.fileno()).st_size - offset if count is None else count
        if many > 0:
            self._pieces.append(_Part(file.fileno(), offset, many))
        return max(many, 0)

    def flush(self) -> bool:
        """Send what is taken now. Whether something was. Raises OSError where nobody is there any more."""
        if not self._pieces:
            return False
        try:
            is_gone = self._pieces[0].send(self)
        except BlockingIOError:
            return False
        if is_gone:
            self._pieces.popleft().close()
        return True

    def close(self) -> None:
        """Hang up."""
        while self._pieces:
            self._pieces.popleft().close()
        super().close()

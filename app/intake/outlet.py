"""A connection to which an answer is written without waiting: what the client does not take yet is kept, and sent later by others.

A page thread that waits until a client reads is that client's, just as one that waits until it writes.
"""

import errno
import os
import socket
import threading
from collections import deque
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from app.intake.arriving import IN_MEMORY

AT_ONCE = 256 * 1024
"""Bytes that are sent to one client before it is another's turn."""
CROWDED = 256 * 1024 * 1024
"""Bytes of kept answers altogether, beyond which those who read nothing for longest are hung up on."""
MOST_KEPT = 2 * CROWDED
"""Beyond which nothing more is kept, not even for the moment until then."""


class Shelf:
    """How much is kept of all answers."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.kept = 0
        self._lock = threading.Lock()

    @property
    def is_crowded(self) -> bool:
        """Whether some should go."""
        return self.kept > CROWDED

    def take(self, many: int) -> None:
        """Count so many bytes in. Raises BrokenPipeError where they are too many: the server takes that for a client that left."""
        with self._lock:
            if self.kept + many > MOST_KEPT:
                raise BrokenPipeError(errno.EPIPE, "Too much is kept for clients that do not read.")
            self.kept += many

    def give_back(self, many: int) -> None:
        """Count them out."""
        with self._lock:
            self.kept -= many


class _Piece(Protocol):
    """Something that is still to be sent."""

    size: int
    """Bytes that it takes of the shelf."""

    def send(self, sock: socket.socket) -> bool:
        """Send some; whether it is all gone. Raises BlockingIOError where nothing is taken now."""

    def close(self) -> None:
        """Let go of it."""


class _Kept:
    """Bytes: a few in memory, many in a file."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed with the piece
        self._sent = self.size = 0

    def add(self, data: memoryview) -> None:
        self._shelf.take(len(data))
        at, self.size = self.size, self.size + len(data)
        self._file.seek(at)
        self._file.write(data)

    def send(self, sock: socket.socket) -> bool:
        self._file.seek(self._sent)
        self._sent += sock.send(self._file.read(AT_ONCE), socket.MSG_DONTWAIT)
        return self._sent == self.size

    def close(self) -> None:
        self._shelf.give_back(self.size)
        with suppress(OSError):  # what was still to be written down finds no room, and is not wanted
            self._file.close()


class _Part:
    """Of a file on the disk, from where the system sends it by itself."""

    size = 0

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

    def __init__(self, of: socket.socket, shelf: Shelf) -> None:
        """Takes the connection over."""
        super().__init__(of.family, of.type, of.proto, fileno=of.detach())
        self._shelf = shelf
        self._pieces: deque[_Piece] = deque()
        self._is_cut = False
        self.behind = b""
        """What the client sent behind the request that is being answered: the first words of a socket, where it becomes one."""
        with suppress(OSError, AttributeError):  # not a connection of TCP, or another system
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, AT_ONCE)  # or the kernel takes megabytes that nobody may want

    @property
    def is_behind(self) -> bool:
        """Whether anything is still to be sent."""
        return bool(self._pieces)

    @property
    def kept(self) -> int:
        """Bytes that its answer takes of the shelf."""
        return sum(piece.size for piece in self._pieces)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what is taken at once, and keep the rest.

        Raises OSError where nobody is there any more, or where it cannot be kept: what the client has then ends too early.
        """
        if self._is_cut:
            raise BrokenPipeError(errno.EPIPE, "The answer was cut off.")
        rest = memoryview(data).cast("B")
        if not self._pieces:
            with suppress(BlockingIOError):
                while rest:
                    rest = rest[self.send(rest, flags | socket.MSG_DONTWAIT) :]
        if not rest:
            return
        last = self._pieces[-1] if self._pieces else None
        if not isinstance(last, _Kept):
            last = _Kept(self._shelf)
            self._pieces.append(last)
        try:
            last.add(rest)
        except OSError:
            self._is_cut = True
            self._drop()
            raise

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
        self._drop()
        super().close()

    def _drop(self) -> None:
        while self._pieces:
            self._pieces.popleft().close()

"""Where connections wait until their requests are whole, all in one thread: whoever sends slowly holds no page thread.

A page thread that reads from a client is the client's for as long as that pleases it; a few dozen would shut the house. So a
request comes to its page when it is here altogether. Who takes too long is told so and shown out, and where places run short,
the address that holds most of them gives one back. It is the same behind an answer: a client that reads slowly, or never
hangs up, costs nothing but its place.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from gunicorn.workers.gthread import TConn

from app.intake.arriving import Arriving, NoRoom, Stage
from app.intake.outlet import Outlet, Shelf

log = structlog.get_logger()

AT_ONCE = 64 * 1024
"""Bytes that are read from one connection before it is another's turn."""
FAREWELL_SECONDS = 2.0
"""In which a client may read the last answer and hang up, before it is hung up on."""
READING_SECONDS = 300.0
"""In which a client has to take as much of its answer as the system notices, which may be a megabyte."""
MOST_KEPT = 512 * 1024 * 1024
"""Bytes of bodies altogether, of those that come in and of those that pages have or will have."""
BETWEEN_ROUNDS = 0.5


def _refusal(status: str, words: str, more: str = "") -> bytes:
    body = words.encode()
    head = f"HTTP/1.1 {status}\r\n{more}Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_LATE = _refusal("408 Request Timeout", "The request did not arrive in time. Nothing was done. Send it again.\n")
_REFUSALS = {
    Stage.TOO_LONG: _refusal(
        "431 Request Header Fields Too Large", "The header of the request is too long. Send fewer or shorter fields.\n"
    ),
    Stage.UNREADABLE: _refusal(
        "400 Bad Request", "The chunks of the body are not as HTTP has them, or too small and too many. Send it with a Content-Length.\n"
    ),
    Stage.TOO_LARGE: _refusal("413 Content Too Large", "The body is larger than anything that is taken here. Send less at once.\n"),
}
_NO_ROOM = _refusal(
    "503 Service Unavailable",
    "There is no room for this request at the moment. Nothing was done. Send it again in a minute.\n",
    "Retry-After: 60\r\n",
)


@dataclass(eq=False, slots=True)
class _Guest:
    """A connection whose request is still coming in, whose answer is still being read, or that is being shown out."""

    conn: TConn
    request: Arriving
    leaves_by: float | None = None
    """Set once it has been answered for the last time, and while it reads."""
    then: Callable[[TConn], None] | None = None
    """What becomes of it when it has read its answer."""

    @property
    def address(self) -> str:
        return str(self.conn.client[0]) if isinstance(self.conn.client, tuple) and self.conn.client else ""


def _patience(guest: _Guest) -> float:
    return guest.leaves_by or 0.0


class Reception:
    """Everything here happens in the server's main thread."""

    def __init__(
        self,
        poller: selectors.BaseSelector,
        hand_over: Callable[[TConn, Arriving], None],
        close: Callable[[TConn], None],
        *,
        shelf: Shelf,
        with_pages: Callable[[], int] = int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`hand_over` takes a connection with its whole request, `close` one that is over.

        `with_pages` tells how many bytes of bodies were handed over and are not done with.
        """
        self._clock, self._shelf, self._with_pages = clock, shelf, with_pages
        self._poller, self._hand_over, self._close = poller, hand_over, close
        self._guests: dict[TConn, _Guest] = {}
        self._next_round = 0.0
        self.is_closing = False

    def receive(self, conn: TConn, already: bytes = b"") -> None:
        """A connection with a request to come; `already` came behind its last one."""
        conn.sock.settimeout(0)
        at = self._clock()
        guest = _Guest(conn, Arriving(at))
        try:
            self._feed(guest, already)
            is_more = not guest.request.is_complete and self._read(guest)
        except NoRoom:
            self._turn_away(guest)
            return
        if is_more:
            self._wait(guest, self._more)
        else:
            self._conclude(guest)

    def see_off(self, conn: TConn, words: bytes = b"") -> None:
        """Close when the client has read the last thing and hung up, or after a moment: to close with bytes unread destroys the answer."""
        try:
            conn.sock.settimeout(0)
            if words:
                conn.sock.send(words)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        guest = _Guest(conn, Arriving(0.0), leaves_by=self._clock() + FAREWELL_SECONDS)
        if self._is_gone(conn):
            self._close(conn)
        else:
            self._wait(guest, self._farewell)

    def deliver(self, conn: TConn, then: Callable[[TConn], None]) -> None:
        """Send the rest of an answer to a client that reads slowly, as long as it reads at all."""
        conn.sock.settimeout(0)
        guest = _Guest(conn, Arriving(0.0), leaves_by=self._clock() + READING_SECONDS, then=then)
        self._guests[conn] = guest
        self._poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._serve, guest, self._send))

    def make_room(self) -> bool:
        """Close the oldest of the address that holds most places. False where nobody waits here."""
        held = Counter(guest.address for guest in self._guests.values())
        if not held:
            return False
        address = held.most_common(1)[0][0]
        oldest = next(guest for guest in self._guests.values() if guest.address == address)
        self._leave(oldest)
        oldest.request.close()
        self._close(oldest.conn)
        return True

    def go_round(self) -> None:
        """Look whose time is over. Cheap, so it may be called often."""
        at = self._clock()
        if at < self._next_round:
            return
        self._next_round = at + BETWEEN_ROUNDS
        for guest in list(self._guests.values()):
            if guest.leaves_by is not None:
                is_over = guest.leaves_by < at
            else:
                is_over = guest.request.is_late(at) or (self.is_closing and not guest.request.has_begun)
            if is_over:
                self._put_out(guest)
        self._limit_bodies()
        if self._shelf.is_crowded:
            self._clear()

    def _limit_bodies(self) -> None:
        """Turn those away who stand still for longest, of the address that has most lying here."""
        too_much = self._with_pages() + sum(guest.request.kept for guest in self._guests.values()) - MOST_KEPT
        if too_much <= 0:
            return
        by_address = Counter[str]()
        for guest in self._guests.values():
            by_address[guest.address] += guest.request.kept
        waiting = sorted((guest for guest in self._guests.values() if guest.request.kept), key=lambda guest: guest.request.late_after)
        while too_much > 0 and waiting:
            address = by_address.most_common(1)[0][0]
            guest = next(one for one in waiting if one.address == address)
            waiting.remove(guest)
            by_address[address] -= guest.request.kept
            too_much -= guest.request.kept
            self._leave(guest)
            self._turn_away(guest)

    def _clear(self) -> None:
        """Hang up on those who read nothing for longest, of those for whom something is kept."""
        readers = sorted((guest for guest in self._guests.values() if guest.then is not None and guest.conn.sock.kept), key=_patience)
        number = 0
        for guest in readers:
            if not self._shelf.is_crowded:
                break
            self._put_out(guest)
            number += 1
        log.warning("intake.readers_put_out", number=number, kept=self._shelf.kept)

    def _wait(self, guest: _Guest, callback: Callable[[_Guest], None]) -> None:
        self._guests[guest.conn] = guest
        self._poller.register(guest.conn.sock, selectors.EVENT_READ, partial(self._serve, guest, callback))

    def _serve(self, guest: _Guest, callback: Callable[[_Guest], None], _sock: Any) -> None:
        """Its connection can be read or written: unless it had to leave since that was found, for another who came in the same round."""
        if self._guests.get(guest.conn) is guest:
            callback(guest)

    def _leave(self, guest: _Guest) -> None:
        if self._guests.pop(guest.conn, None) is not None:
            with suppress(KeyError, ValueError):
                self._poller.unregister(guest.conn.sock)

    def _more(self, guest: _Guest) -> None:
        try:
            is_more = self._read(guest)
        except NoRoom:
            self._leave(guest)
            self._turn_away(guest)
            return
        if not is_more:
            self._leave(guest)
            self._conclude(guest)

    def _read(self, guest: _Guest) -> bool:
        """Whether there is more to wait for. Raises NoRoom."""
        try:
            data = guest.conn.sock.recv(AT_ONCE)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            return False
        self._feed(guest, data)
        return not guest.request.is_complete

    def _feed(self, guest: _Guest, data: bytes) -> None:
        guest.request.feed(data, self._clock())
        if guest.request.wants_a_word():
            with suppress(OSError):
                guest.conn.sock.send(_GO_ON)

    def _conclude(self, guest: _Guest) -> None:
        """It is here altogether, or will never be."""
        request, conn = guest.request, guest.conn
        if request.stage in {Stage.WHOLE, Stage.CUT}:
            self._hand_over(conn, request)
            return
        request.close()
        if request.stage in _REFUSALS:
            self.see_off(conn, _REFUSALS[request.stage])
        else:
            self._close(conn)

    def _turn_away(self, guest: _Guest) -> None:
        """What it sent cannot be kept."""
        log.warning("intake.no_room", kept=guest.request.kept)
        guest.request.close()
        self.see_off(guest.conn, _NO_ROOM)

    def _put_out(self, guest: _Guest) -> None:
        self._leave(guest)
        guest.request.close()
        if guest.leaves_by is None and guest.request.has_begun:
            self.see_off(guest.conn, _LATE)
        else:
            self._close(guest.conn)

    def _send(self, guest: _Guest) -> None:
        outlet: Outlet = guest.conn.sock
        try:
            has_read = outlet.flush()
        except OSError:
            self._leave(guest)
            self._close(guest.conn)
            return
        if has_read:
            guest.leaves_by = self._clock() + READING_SECONDS
        if not outlet.is_behind and guest.then is not None:
            self._leave(guest)
            guest.then(guest.conn)

    def _farewell(self, guest: _Guest) -> None:
        if self._is_gone(guest.conn):
            self._leave(guest)
            self._close(guest.conn)

    @staticmethod
    def _is_gone(conn: TConn) -> bool:
        """Read past what nobody wants any more."""
        try:
            return not conn.sock.recv(AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            return True

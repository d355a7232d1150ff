"""Who is shown out of the reception, and when: with real connections and a clock of our own."""

import selectors
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from app.intake import arriving, outlet, reception
from app.intake.arriving import Arriving
from app.intake.outlet import Outlet, Shelf
from app.intake.reception import Reception


@dataclass
class Desk:
    """A reception, with what became of its connections."""

    now: float = 1000.0
    with_pages: int = 0
    handed: list[tuple[TConn, Arriving]] = field(default_factory=list)
    closed: list[TConn] = field(default_factory=list)
    read: list[TConn] = field(default_factory=list)
    clients: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = Shelf()
        self.poller = selectors.DefaultSelector()
        self.reception = Reception(
            self.poller, lambda *pair: self.handed.append(pair), self._close,
            shelf=self.shelf, with_pages=lambda: self.with_pages, clock=lambda: self.now,
        )  # fmt: skip

    def _close(self, conn: TConn) -> None:
        self.closed.append(conn)
        conn.close()

    def guest(self, sent: bytes, address: str = "10.0.0.1") -> tuple[TConn, socket.socket]:
        """A client that said so much until now."""
        ours, theirs = socket.socketpair()
        theirs.settimeout(5)
        self.clients.append(theirs)
        theirs.sendall(sent)
        conn = TConn(Config(), Outlet(ours, self.shelf), (address, 1), ("127.0.0.1", 80))
        self.reception.receive(conn)
        return conn, theirs

    def reader(self, answer: bytes, address: str = "10.0.0.1") -> tuple[TConn, socket.socket]:
        """A client that has asked, and does not read its answer."""
        conn, theirs = self.guest(b"GET / HTTP/1.1\r\n\r\n", address)
        conn.sock.sendall(answer)
        self.reception.deliver(conn, self.read.append)
        return conn, theirs

    def later(self, seconds: float) -> None:
        """Let time pass, and the server's loop go round."""
        self.now += seconds
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)
        self.reception.go_round()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    for each in desk.clients:
        each.close()
    desk.poller.close()


def test_a_whole_request_goes_on_and_half_of_one_waits(desk: Desk) -> None:
    whole, _ = desk.guest(b"GET / HTTP/1.1\r\n\r\n")
    half, client = desk.guest(b"GET / HTTP/1.1\r\n")
    assert [conn for conn, _ in desk.handed] == [whole]
    client.sendall(b"\r\n")
    desk.later(1)
    assert [conn for conn, _ in desk.handed] == [whole, half]


def test_who_takes_too_long_is_told_and_then_hung_up_on(desk: Desk) -> None:
    conn, client = desk.guest(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
    for _ in range(8):
        client.sendall(b" ")
        desk.later(2)
    assert not desk.closed
    desk.later(20)
    answer = client.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"Send it again." in answer
    assert client.recv(1) == b""
    desk.later(1)
    assert not desk.closed, "it may still read"
    desk.later(reception.FAREWELL_SECONDS)
    assert desk.closed == [conn]


def test_a_client_that_says_nothing_is_just_hung_up_on_and_one_that_leaves_is_forgotten(desk: Desk) -> None:
    silent, client = desk.guest(b"")
    gone, other = desk.guest(b"GET")
    other.close()
    desk.later(1)
    assert desk.closed == [gone]
    desk.later(20)
    assert desk.closed == [gone, silent]
    assert client.recv(1) == b""


def test_a_header_without_an_end_is_refused(desk: Desk) -> None:
    _, client = desk.guest(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 60_000)
    client.sendall(b"a" * 10_000)
    desk.later(1)
    assert client.recv(4096).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(("chunks", "status"), [(b"zz\r\n", b"400"), (b"1\r\nX\r\n" * 2000, b"400"), (b"ffff\r\n" + b"a" * 60_000, b"413")])
def test_chunks_that_are_no_body_come_before_no_page(desk: Desk, monkeypatch: pytest.MonkeyPatch, chunks: bytes, status: bytes) -> None:
    monkeypatch.setattr(arriving, "LARGEST_BODY", 50_000)
    _, client = desk.guest(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert client.recv(4096).startswith(b"HTTP/1.1 " + status)
    assert not desk.handed


def test_where_places_run_short_the_address_that_holds_most_gives_its_oldest(desk: Desk) -> None:
    assert not desk.reception.make_room()
    first, _ = desk.guest(b"GET", "192.0.2.7")
    greedy = [desk.guest(b"GET", "192.0.2.66")[0] for _ in range(3)]
    assert desk.reception.make_room()
    assert desk.reception.make_room()
    assert desk.closed == greedy[:2]
    assert first not in desk.closed


LARGE = b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n"


def test_where_too_much_is_kept_those_leave_who_stand_still_and_not_who_sends_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MOST_KEPT", 50_000)
    still = [desk.guest(LARGE + b"a" * 10_000, "192.0.2.66")[1] for _ in range(3)]
    desk.later(1)
    _, honest = desk.guest(LARGE + b"a" * 19_000, "192.0.2.7")
    desk.later(1)
    honest.sendall(b"a" * 10_000)
    desk.later(1)
    answer = still[0].recv(4096)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After" in answer
    for each in (*still[1:], honest):
        each.settimeout(0)
        with pytest.raises(BlockingIOError):
            each.recv(1)


def test_bodies_that_pages_have_count_as_well(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MOST_KEPT", 50_000)
    _, client = desk.guest(LARGE + b"a" * 10_000)
    desk.with_pages = 45_000
    desk.later(1)
    assert client.recv(4096).startswith(b"HTTP/1.1 503 ")
    desk.later(1)


def test_who_waits_for_a_word_hears_it_behind_another_request_as_well(desk: Desk) -> None:
    conn, client = desk.guest(b"GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    desk.reception.receive(conn, desk.handed[0][1].rest)
    assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_closing_house_waits_for_nobody_who_has_not_begun(desk: Desk) -> None:
    silent, _ = desk.guest(b"")
    begun, _ = desk.guest(b"GET")
    desk.reception.is_closing = True
    desk.later(1)
    assert desk.closed == [silent]
    assert begun not in desk.closed


def test_who_has_to_leave_is_not_served_in_the_same_round(desk: Desk) -> None:
    coming, client = desk.guest(b"GET")
    reading, reader = desk.reader(b"x" * 4_000_000)
    leaving, third = desk.guest(b"GET / HTTP/1.1\r\n\r\n")
    desk.reception.see_off(leaving)
    client.sendall(b" / HTTP/1.1\r\n\r\n")
    third.close()
    reader.recv(4_000_000)
    events = desk.poller.select(0)
    assert len(events) == 3
    while desk.reception.make_room():
        pass
    for key, _ in events:
        key.data(key.fileobj)
    assert sorted(map(id, desk.closed)) == sorted(map(id, (coming, reading, leaving))), "each once"
    assert not desk.read
    assert [conn for conn, _ in desk.handed] == [reading, leaving], "their own requests, before"


@pytest.mark.parametrize("said", [b"Content-Length: 300000", b"Transfer-Encoding: chunked"])
def test_a_body_for_which_there_is_no_room_is_turned_away_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: bytes
) -> None:
    head = b"POST / HTTP/1.1\r\n" + said + b"\r\n\r\n" + (b"30000\r\n" if b"chunked" in said else b"")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    _, small = desk.guest(head + b"a" * 10_000)
    first, at_once = desk.guest(head + b"a" * 50_000)
    at_once.sendall(b"a" * 50_000)
    desk.later(1)
    answer = at_once.recv(4096)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 60\r\n" in answer
    assert b"Send it again in a minute." in answer
    at_once.close()
    desk.later(1)
    assert desk.closed == [first]
    small.settimeout(0)
    with pytest.raises(BlockingIOError):
        small.recv(1)


def test_where_too_much_is_kept_those_leave_who_read_nothing_for_longest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "CROWDED", 10_000_000)
    first, slow = desk.reader(b"a" * 4_000_000)
    desk.later(1)
    second, _ = desk.reader(b"b" * 4_000_000)
    desk.later(1)
    while not desk.poller.select(0):
        slow.recv(100_000)
    desk.later(1)
    third, _ = desk.reader(b"c" * 4_000_000)
    desk.later(1)
    assert desk.closed == [second]
    assert desk.shelf.kept == first.sock.kept + third.sock.kept < 10_000_000
    desk.later(1)
    assert desk.closed == [second]

"""Who gives a place back when they run short: the worker of gunicorn with connections of our own."""

import selectors
import socket
from collections import deque
from contextlib import ExitStack
from functools import partial

from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from app.intake.outlet import Outlet, Shelf
from app.intake.reception import Reception
from app.server import HouseWorker


class Worker(HouseWorker):
    """One that never runs."""

    def __init__(self) -> None:
        self.cfg, self.alive, self.requests, self.shelf = Config(), True, {}, Shelf()
        self.poller, self.keepalived_conns, self.nr_conns = selectors.DefaultSelector(), deque[TConn](), 0
        self.reception = Reception(self.poller, self._hand_over, self._close, shelf=self.shelf)

    def client(self, into: ExitStack, address: str) -> tuple[TConn, socket.socket]:
        """A connection that was accepted."""
        ours, theirs = socket.socketpair()
        into.enter_context(theirs)
        self.nr_conns += 1
        return TConn(self.cfg, Outlet(ours, self.shelf), (address, 1), ("127.0.0.1", 80)), theirs

    def idle(self, into: ExitStack, address: str) -> tuple[TConn, socket.socket]:
        """One that has been answered and may ask again."""
        conn, theirs = self.client(into, address)
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))
        return conn, theirs


def test_who_is_idle_goes_before_who_is_at_work() -> None:
    worker = Worker()
    with ExitStack() as open_ones:
        at_work, _theirs = worker.client(open_ones, "192.0.2.7")
        worker.reception.receive(at_work)
        first, _other = worker.idle(open_ones, "192.0.2.66")
        second, another = worker.idle(open_ones, "192.0.2.66")
        another.sendall(b"GET / HTTP/1.1\r\n")
        events = worker.poller.select(0)
        assert [key.fileobj for key, _ in events] == [second.sock]
        assert worker._make_room()
        assert worker._make_room()
        assert (first.sock.fileno(), second.sock.fileno(), worker.nr_conns) == (-1, -1, 1)
        for key, _ in events:
            key.data(key.fileobj)  # it was found readable before it had to go
        assert worker.nr_conns == 1
        assert at_work.sock.fileno() > 0
        assert worker._make_room()
        assert (at_work.sock.fileno(), worker.nr_conns) == (-1, 0)
        assert not worker._make_room()


def test_what_fails_for_one_connection_ends_nobody_else() -> None:
    worker, served = Worker(), []

    def fail(_sock: object) -> None:
        raise OSError(28, "No space left on device")

    with ExitStack() as open_ones:
        for callback in (fail, served.append):
            ours, theirs = (open_ones.enter_context(each) for each in socket.socketpair())
            theirs.sendall(b"x")
            worker.poller.register(ours, selectors.EVENT_READ, callback)
        worker.wait_for_and_dispatch_events(0)
    assert len(served) == 1

"""The embedded server: one command migrates, fills an empty demo database, and serves pages, sockets and jobs in one process."""

import errno
import os
import signal
import sys
import time
from concurrent.futures import Future
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http import get_parser
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker
from sqlalchemy import func, select

from app import create_app, practice
from app.config import Settings, read_settings
from app.core import jobs, planner_statistics, schema
from app.core.database import db
from app.core.memory import keep_for_good
from app.directory.models import District
from app.extensions import socketio
from app.intake import descriptors, ranges
from app.intake.arriving import Arriving, Stage
from app.intake.outlet import Outlet, Shelf
from app.intake.reception import Reception
from app.live import mounts
from app.live.hub import Hub
from app.simulator import open_post_office

log = structlog.get_logger()

PAGE_THREADS = 64
MOST_CONNECTIONS = 2000
"""Open at the same time for pages; sockets do not count."""
SPARE_PLACES = 16
"""When fewer are left, whoever holds most gives one back for each that comes."""

BREATH = 0.05
"""Seconds after something failed that would fail again at once."""


class HouseWorker(ThreadWorker):
    """A threaded worker whose threads are for pages: requests are read whole before, and sockets are passed on to the hub."""

    hub: Hub | None = None
    reception: Reception
    worker_connections: int

    def init_process(self) -> None:
        """Serve until stopped."""
        if self.cfg.is_ssl:
            message = "TLS ends at the proxy before this server. Take certfile and keyfile out of gunicorn's settings."
            raise SystemExit(message)
        self.requests: dict[TConn, Arriving] = {}
        self.shelf = Shelf()
        super().init_process()

    def load_wsgi(self) -> None:
        """Build the application, and the hub for its sockets."""
        super().load_wsgi()
        settings: Settings = self.wsgi.extensions["settings"]
        self.hub = Hub([socketio.server, *mounts.servers(self.wsgi)], settings.max_sockets)
        self.hub.take_over()
        self.wsgi.wsgi_app = ranges.from_files(self.wsgi.wsgi_app)
        self.reception = Reception(self.poller, self._hand_over, self._close, shelf=self.shelf, with_pages=self._with_pages)
        self.worker_connections = descriptors.places(descriptors.allow_many(), settings.max_sockets, self.cfg.worker_connections)
        keep_for_good()

    def accept(self, listener: Any) -> None:
        """Take a connection in, also where another has to make room for it."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in {errno.EMFILE, errno.ENFILE}:
                raise
            if not self._make_room():
                time.sleep(BREATH)
        if self.nr_conns > self.worker_connections - SPARE_PLACES:
            self._make_room()

    def enqueue_req(self, conn: TConn) -> None:
        """A new connection, or one on which a further request begins: no thread waits for it."""
        if not isinstance(conn.sock, Outlet):
            conn.sock = Outlet(conn.sock, self.shelf)
        self.reception.receive(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """What becomes of a connection after an answer. One that the hub took is not ours to close."""
        request = self.requests.pop(conn)
        request.close()
        if conn.sock.fileno() < 0:
            self.nr_conns -= 1
        elif conn.sock.is_behind:
            self.reception.deliver(conn, lambda _conn: self._go_on(conn, fs, request))
        else:
            self._go_on(conn, fs, request)

    def _go_on(self, conn: TConn, fs: "Future[Any]", request: Arriving) -> None:
        """The answer has left altogether."""
        if fs.cancelled() or fs.exception() or not fs.result() or request.stage is Stage.CUT:
            self.reception.see_off(conn)
        elif request.rest:
            self.reception.receive(conn, request.rest)
        else:
            super().finish_request(conn, fs)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """A kept connection brings a further request, unless it was closed since that was found, for another who came in the same round."""
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """What fails for one connection is written down, and does not end the house for all others."""
        for key, _ in self.poller.select(timeout):
            try:
                key.data(key.fileobj)
            except Exception:
                log.exception("server.event_failed")
                time.sleep(BREATH)

    def murder_pending(self) -> None:
        """Called again and again: look for those whose time is over."""
        self.reception.is_closing = not self.alive
        self.reception.go_round()

    def _hand_over(self, conn: TConn, request: Arriving) -> None:
        """To a page thread, with a parser that reads what is here and nothing else."""
        self.requests[conn] = request
        conn.sock.behind = request.rest
        conn.parser = get_parser(self.cfg, request.pieces(), conn.client)
        conn.data_ready = True
        super().enqueue_req(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def _make_room(self) -> bool:
        """Those who wait between two requests lose nothing; then somebody of the address that holds most."""
        if not self.keepalived_conns:
            return self.reception.make_room()
        self.keepalived_conns[0].timeout = 0.0
        self.murder_keepalived()
        return True

    def _with_pages(self) -> int:
        return sum(request.kept for request in self.requests.values())

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:  # noqa: FBT001  # gunicorn's own
        """Read past what a page left of a body. The answer has left, so what is wrong with it ends the connection without a second one."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except (ParseException, OSError):
            return False

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Hang up on browsers, then stop as usual."""
        if self.hub is not None:
            self.hub.stop()
        super().handle_exit(sig, frame)


class HouseServer(BaseApplication):
    """gunicorn with one worker process, started from Python."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """One process holds everything, so that sockets, jobs and SQLite stay together."""
        for name, value in server_options(self.settings, threads=PAGE_THREADS).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application inside the worker process and start its jobs there."""
        app = create_app(self.settings)
        if self.settings.worker:
            jobs.start(app, threads=self.settings.worker_threads)
        if "practice" in app.extensions:
            open_post_office(app.extensions["practice"])  # go on with callbacks that a killed process left
        return app


def server_options(settings: Settings, *, threads: int) -> dict[str, object]:
    """What both the embedded and the scaled server (`app.scaled`) tell gunicorn."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": 1,
        "threads": threads,
        "worker_class": "app.server.HouseWorker",
        "worker_connections": MOST_CONNECTIONS,
        "graceful_timeout": 5,
        "timeout": 60,
        "keepalive": 15,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_exit": _stop_jobs,
        "proc_name": "homeroom",
    }


def _stop_jobs(_server: Arbiter, worker: ThreadWorker) -> None:
    app = getattr(worker, "wsgi", None)
    if isinstance(app, Flask) and "jobs" in app.extensions:
        jobs.stop(app)


def prepare(settings: Settings) -> bool:
    """Bring the database up to date and, where that is wanted, fill an empty one with the demo district.

    Returns whether the demo district is there. It runs in a process of its own, so that its memory goes back.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _prepare_here(settings)
        except Exception:
            log.exception("start.failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    _, code = os.waitpid(child, 0)
    result = os.waitstatus_to_exitcode(code)
    if result not in (0, NO_DEMO):
        message = "The database could not be prepared. The lines above say why."
        raise SystemExit(message)
    return result == 0


NO_DEMO = 3


def _prepare_here(settings: Settings) -> int:
    app = create_app(settings)
    with app.app_context():
        schema.bring_up_to_date()
        if settings.demo and not db.session.scalar(select(func.count(District.id))):
            from app.demo.service import fill  # noqa: PLC0415  (hundreds of names that only an empty house needs)

            print("Filling the empty house with a demo district …", flush=True)  # noqa: T201
            fill()
            if settings.carrier == "simulator":  # a network that stands alone on this machine reads the same file
                practice.hand_out_phones(app, settings)
        planner_statistics.refresh()
        has_demo = settings.demo and db.session.scalar(select(District.id).where(District.name == DEMO_DISTRICT)) is not None
    return 0 if has_demo else NO_DEMO


DEMO_DISTRICT = "Cedar Valley School District"


def serve() -> None:
    """Prepare, say where to look, and serve until stopped."""
    settings = read_settings()
    has_demo = prepare(settings)
    print(greeting(settings, has_demo=has_demo), flush=True)  # noqa: T201
    signal.signal(signal.SIGINT, signal.default_int_handler)
    HouseServer(settings).run()


def greeting(settings: Settings, *, has_demo: bool) -> str:
    """What `make run` prints."""
    here = f"http://{settings.host}:{settings.port}"
    lines = ["", f"  Homeroom     {here}"]
    if settings.demo and settings.carrier == "simulator":
        lines.append(f"  Handsets     {settings.simulator_url.rstrip('/') or here + practice.PATH}/")
    if has_demo:
        lines += ["", "  Sign in with the password homeroom-demo as"]
        lines += [f"    {email}" for email in ("teacher@demo.test", "office@demo.test", "admin@demo.test")]
    lines += ["", f"  Data is kept in {settings.data}. Stop with Ctrl+C.", ""]
    return "\n".join(lines)

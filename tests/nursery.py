"""Servers that are quick to start: one process has read the whole code once, and each server and worker is a fork of it.

To read the code takes a processor five seconds, and the tests start dozens of servers. From there on each is like one that
was started by `python wsgi.py`: a session and a process group of its own, an environment of its own, nothing shared.
All processes of one run of the tests ask the same nursery. It ends when the last of them has.
"""

import fcntl
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask.cli import main as flask_command

ROOT = Path(__file__).parent.parent


@dataclass
class Child:
    """A server, with what the tests need of `subprocess.Popen`."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self.returncode is None:
            self.returncode = _nursery().ask({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Return once it ended. Raises subprocess.TimeoutExpired."""
        limit = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > limit:
                raise subprocess.TimeoutExpired(["wsgi.py"], timeout)
            time.sleep(0.02)  # a process that ends says so to its parent only
        return code

    def terminate(self) -> None:
        """Ask it to stop."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def bear(environment: Mapping[str, str], log: Path, command: Sequence[str] = ("wsgi.py",)) -> Child:
    """Start the embedded server, or a `command` of flask, with `environment` beside this process's own; `log` gets what it says."""
    return Child(_nursery().ask({"environment": {**os.environ, **environment}, "log": str(log), "command": list(command)}))


class Nursery:
    """The process whose forks the servers are. Whoever of a run asks first starts it."""

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or os.getpid()
        address = Path(tempfile.gettempdir()) / f"homeroom-nursery-{run}"
        line = socket.socket(socket.AF_UNIX)
        with one_at_a_time(ROOT):
            try:
                line.connect(str(address))
            except (FileNotFoundError, ConnectionRefusedError):
                self._found(address)
                line.connect(str(address))
        self._line = line.makefile("rw")

    @staticmethod
    def _found(address: Path) -> None:
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(address))
            door.listen()
            command = [sys.executable, "-m", "tests.nursery", str(address), str(door.fileno())]
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[door.fileno()], start_new_session=True)

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Its answer."""
        self._line.write(json.dumps(question) + "\n")
        self._line.flush()
        return json.loads(self._line.readline())


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Keep other processes that name the same folder out meanwhile."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@cache
def _nursery() -> Nursery:
    return Nursery()


def main() -> None:
    """Answer questions until nobody asks any more."""
    gc.disable()
    from app import server  # what is read here, no server has to read
    from app.demo import service

    assert service
    gc.freeze()
    gc.enable()
    address = Path(sys.argv[1])
    with selectors.DefaultSelector() as selector:
        selector.register(socket.socket(fileno=int(sys.argv[2])), selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    line, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    selector.register(line, selectors.EVENT_READ, line.makefile("rw"))
                elif words := key.data.readline():
                    question = json.loads(words)
                    answer = _ended(question["ended"]) if "ended" in question else _born(question, server, selector)
                    key.data.write(json.dumps(answer) + "\n")
                    key.data.flush()
                else:
                    selector.unregister(key.fileobj)
                    _close(key)
            if len(selector.get_map()) == 1:
                with one_at_a_time(ROOT):
                    if not selector.select(0):
                        address.unlink()
                        return


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _close(key: selectors.SelectorKey) -> None:
    for end in (key.data, key.fileobj):
        if end is not None:
            end.close()


def _born(question: Mapping[str, Any], server: Any, selector: selectors.BaseSelector) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        for key in selector.get_map().values():
            _close(key)
        selector.close()
        log, nothing = os.open(question["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), os.open(os.devnull, os.O_RDONLY)
        for number, instead in enumerate((nothing, log, log)):
            os.dup2(instead, number)
        os.environ.clear()
        os.environ.update(question["environment"])
        sys.argv = question["command"]
        os._exit(_live(server, sys.argv[0]) or 0)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001  # a child must not go on with the work of its parent
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        os._exit(1)


def _live(server: Any, command: str) -> int | None:
    if command == "flask":
        return flask_command()  # type: ignore[no-any-return]
    if command == "run_scaled":
        from tools import run_scaled

        return run_scaled.main()
    if command == "prepare":
        server.prepare(server.read_settings())
    else:
        server.serve()
    return None


if __name__ == "__main__":
    main()

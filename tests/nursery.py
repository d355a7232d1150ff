"""Servers that are quick to start: one process has read the whole code once, and each server and worker is a fork of it.

To read the code takes a processor five seconds, and the tests start dozens of servers. From there on each is like one that
was started by `python wsgi.py`: a session and a process group of its own, an environment of its own, nothing shared.
All processes of one run of the tests ask the same nursery. It ends when the last of them has, however that one ended, and
leaves nobody behind: whatever it bore and what came of that ends with it.
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
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask.cli import main as flask_command

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
"""Seconds until somebody must have asked: a founder that dies at once never does."""


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
        self._turn = threading.Lock()

    @staticmethod
    def _found(address: Path) -> None:
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(address))
            door.listen()
            command = [sys.executable, "-m", "tests.nursery", str(address), str(door.fileno())]
            nothing, ours = subprocess.DEVNULL, [door.fileno()]
            subprocess.Popen(command, cwd=ROOT, stdin=nothing, stdout=nothing, pass_fds=ours, start_new_session=True)

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Its answer."""
        with self._turn:
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
    living: set[int] = set()
    with selectors.DefaultSelector() as selector:
        selector.register(socket.socket(fileno=int(sys.argv[2])), selectors.EVENT_READ)
        limit: float | None = PATIENCE
        while True:
            for key, _ in selector.select(limit):
                if key.data is None:
                    line, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    selector.register(line, selectors.EVENT_READ, line.makefile("rw"))
                elif words := _read(key):
                    question = json.loads(words)
                    answer = _ended(question["ended"], living) if "ended" in question else _born(question, server, selector, living)
                    with suppress(OSError):  # who asked may be gone; its line says so next
                        key.data.write(json.dumps(answer) + "\n")
                        key.data.flush()
                else:
                    selector.unregister(key.fileobj)
                    _close(key)
            limit = None
            if len(selector.get_map()) == 1:
                with one_at_a_time(ROOT):
                    if not selector.select(0):
                        address.unlink(missing_ok=True)
                        break
    _end(living)


def _read(key: selectors.SelectorKey) -> str:
    """The next question; nothing where whoever asks is gone."""
    with suppress(OSError):
        return str(key.data.readline())
    return ""


def _end(living: set[int]) -> None:
    """No server outlives the tests that wanted it. It is asked first: a crew has processes that only their chief can stop."""
    for order, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
        for pid in living:
            with suppress(ProcessLookupError):
                os.killpg(pid, order)
        limit = time.monotonic() + patience
        while living and time.monotonic() < limit:
            for pid in list(living):
                _ended(pid, living)
            time.sleep(0.05)


def _ended(pid: int, living: set[int]) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    living.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _close(key: selectors.SelectorKey) -> None:
    for end in (key.data, key.fileobj):
        if end is not None:
            end.close()


def _born(question: Mapping[str, Any], server: Any, selector: selectors.BaseSelector, living: set[int]) -> int:
    pid = os.fork()
    if pid:
        living.add(pid)
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

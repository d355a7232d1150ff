"""Servers that are quick to start: this process has read the whole code once, and each server and worker is a fork of it.

To read the code takes a processor five seconds, and the tests start dozens of servers. From there on each is like one that
was started by `python wsgi.py`: a session and a process group of its own, an environment of its own, nothing shared.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
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
    """The process whose forks the servers are. It ends with this process, whose pipe it reads."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._process.communicate)

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Its answer."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())


@cache
def _nursery() -> Nursery:
    return Nursery()


def main() -> None:
    """Answer questions until nobody asks any more."""
    from app import server  # what is read here, no server has to read
    from app.demo import service

    assert service
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        answer = _ended(question["ended"]) if "ended" in question else _born(question, server.serve)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _born(question: Mapping[str, Any], serve: Any) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        log, nothing = os.open(question["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), os.open(os.devnull, os.O_RDONLY)
        for number, instead in enumerate((nothing, log, log)):
            os.dup2(instead, number)
        os.environ.clear()
        os.environ.update(question["environment"])
        sys.argv = question["command"]
        gc.unfreeze()
        flask_command() if sys.argv[0] == "flask" else serve()
        os._exit(0)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001  # a child must not go on with the work of its parent
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        os._exit(1)


if __name__ == "__main__":
    main()

"""Runs the process that reads documents: bounded in time from outside as well, and ended with all it started."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import structlog

from app.core.documents.problems import DocumentRefused, Problem

log = structlog.get_logger()

DOOR: Final = Path(__file__).parent / "renderer" / "door.py"
GRACE: Final = 3
"""Seconds that it gets over its own limit before it is ended from here."""
_CHUNK = 65536
_LONGEST_ANSWER = 4 * 1024 * 1024
_TOO_SLOW = {signal.SIGALRM, signal.SIGXCPU}
_TOO_LARGE = {signal.SIGABRT, signal.SIGKILL}


def run(errand: dict[str, Any], *, seconds: int, work: int) -> Iterator[dict[str, Any]]:
    """Each answer as it comes. Raises DocumentRefused for the document's own fault, and whenever the process dies of it."""
    with _started() as process:
        try:
            assert process.stdin is not None  # noqa: S101  # piped below
            process.stdin.write(json.dumps(errand | {"seconds": seconds, "work": work}).encode() + b"\n")
            process.stdin.close()
        except BrokenPipeError as death:
            raise DocumentRefused(_cause(process.wait())) from death
        for line in _lines(process, time.monotonic() + seconds + GRACE):
            answer = json.loads(line)
            if problem := answer.get("problem"):
                if cause := answer.get("cause"):
                    log.warning("documents.reader_failed", errand=errand["do"], cause=cause)
                raise DocumentRefused(Problem(problem))
            yield answer
        if code := process.wait():
            raise DocumentRefused(_cause(code))


@contextlib.contextmanager
def _started() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603  # our own program, and nothing of the document among its arguments
        [sys.executable, "-I", str(DOOR)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, close_fds=True,
        env={"LANG": "C.UTF-8", "PATH": os.defpath},
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        process.wait()


def _lines(process: subprocess.Popen[bytes], until: float) -> Iterator[bytes]:
    """What it writes, line by line, until it ends. Raises DocumentRefused when the time is over."""
    assert process.stdout is not None  # noqa: S101
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, until - time.monotonic())):
                raise DocumentRefused(Problem.TOO_SLOW)
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            if len(pending) > _LONGEST_ANSWER:
                raise DocumentRefused(Problem.TOO_LARGE)
            yield from lines


def _cause(code: int) -> Problem:
    """Why it died. PDFium ends itself where it gets no more memory."""
    if -code in _TOO_SLOW:
        return Problem.TOO_SLOW
    return Problem.TOO_MUCH_MEMORY if -code in _TOO_LARGE else Problem.DAMAGED

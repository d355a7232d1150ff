"""Which emails were really begun: kept beside the database by each sending process, and read when it died.

A claim in the database says that a process may have sent an email. Between a claim and the sending lies the turn in the
pace, so a kill would leave many claims of which few ever went out, and each would need somebody's decision. Before the
words of an email leave, a line here says so; what has no line surely never left and goes back to the outbox. A file that is
missing says nothing, and then every claim is in doubt.
"""

import os
import threading
from pathlib import Path

WRITTEN_ANEW_AT = 64 * 1024
"""Bytes."""
FIRST_LINE = b"begun\n"


class JournalClosed(OSError):
    """The process ends; whoever still waited for a server lets its email be."""


class Journal:
    """Of one process. Lines survive a killed process; after a machine that fell, the whole file counts as missing."""

    def __init__(self, folder: Path, name: str) -> None:
        """Begin it. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path_of(folder, name)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.write(self._file, FIRST_LINE)
        self._lock, self._is_open = threading.Lock(), True

    def note(self, delivery_id: int, attempt: int) -> None:
        """The words of this attempt leave now. Safe from any thread: one short write.

        Raises OSError when it could not be written, or at the end: then they must not leave. The number of a closed file may be
        another file's by now.
        """
        with self._lock:
            if not self._is_open:
                raise JournalClosed
            os.write(self._file, b"%d.%d\n" % (delivery_id, attempt))

    def forget(self) -> None:
        """Nothing is on its way, and what came of everything is written down. A short file stays."""
        if os.fstat(self._file).st_size > WRITTEN_ANEW_AT:
            os.ftruncate(self._file, len(FIRST_LINE))

    def close(self, *, is_done: bool) -> None:
        """The end. The file stays for the next process unless all `is_done`."""
        with self._lock:
            self._is_open = False
            os.close(self._file)
        if is_done:
            self._path.unlink(missing_ok=True)


def path_of(folder: Path, name: str) -> Path:
    """The file of the process `name` (of `worker_name`)."""
    return folder / name.replace(":", "-").replace("/", "-")


def begun_by(folder: Path, name: str) -> set[tuple[int, int]] | None:
    """What the process `name` began, by delivery and attempt; None when nobody can say."""
    try:
        lines = path_of(folder, name).read_bytes().split(b"\n")
    except OSError:
        return None
    if not lines or lines[0] + b"\n" != FIRST_LINE:
        return None
    begun = set()
    for line in lines[1:]:
        delivery_id, _, attempt = line.partition(b".")
        if delivery_id.isdigit() and attempt.isdigit():
            begun.add((int(delivery_id), int(attempt)))
    return begun


def throw_away(folder: Path, name: str) -> None:
    """All that the process `name` left is dealt with."""
    path_of(folder, name).unlink(missing_ok=True)

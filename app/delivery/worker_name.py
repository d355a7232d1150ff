"""Who holds a claim, written so that the next process on the same machine can tell that the holder is gone."""

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from functools import lru_cache
from pathlib import Path


def _machine() -> str:
    """This machine, container and boot: process ids mean something only within them."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]


MACHINE = _machine()
LOOKING = "/look"


@lru_cache(maxsize=4)
def _nonce(_pid: int) -> str:
    return secrets.token_hex(4)


def my_name() -> str:
    """This process: machine, process id, and a word that tells it from an earlier process with the same id."""
    pid = os.getpid()
    return f"{MACHINE}:{pid}:{_nonce(pid)}"


def my_looking_name() -> str:
    """This process while it only looks something up at the carrier."""
    return my_name() + LOOKING


def is_gone(name: str) -> bool:
    """Whether the process `name` surely does not run any more. A process elsewhere is given the benefit of its lease."""
    machine, _, rest = name.removesuffix(LOOKING).partition(":")
    pid, _, _word = rest.partition(":")
    if os.name != "posix" or machine != MACHINE or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return name.removesuffix(LOOKING) != my_name()
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (OSError, IndexError):
        return False

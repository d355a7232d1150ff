"""What this process may take. It limits itself before it looks at a single byte of the document."""

import ctypes
import resource
import signal
import sys
from pathlib import Path

MEGABYTE = 1024 * 1024
GROWTH = 215 * MEGABYTE
"""Of memory, over what it has when it starts: so all of it stays below 300 MB."""
BIGGEST_FILE = 64 * MEGABYTE
MOST_FILES = 64
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
_NO_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET of <linux/sched.h>


def limit(*, seconds: int, work: int) -> None:
    """Bound time, files and network; where the system has no such bound, the others hold.

    `work` is what it may compute, `seconds` how long it may live: it waits whenever the house keeps pages slower than it draws them.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (work, work + 2))
    _cap(resource.RLIMIT_FSIZE, BIGGEST_FILE)
    _cap(resource.RLIMIT_NOFILE, MOST_FILES)
    _cap(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        libc.unshare(_NO_NETWORK)  # where it is not allowed, nothing in here opens a connection all the same


def limit_memory() -> None:
    """Bound memory. Called once everything is loaded that this errand needs."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _cap(resource.RLIMIT_AS, pages * resource.getpagesize() + GROWTH)


def _cap(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (lowest, lowest))


def most_memory() -> int:
    """Bytes that this process took at its most; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)

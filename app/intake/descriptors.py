"""How many files this process may have open, and how many connections that allows."""

import resource
from contextlib import suppress

MOST_FILES = 65_536
"""More than this is never needed, and some systems allow a thousand million."""
SPARE = 256
"""For the database, files, logs and what goes out."""
FEWEST = 128
"""Connections without which a house is none."""


def allow_many() -> int:
    """Take as many as the system allows: the usual 1,024 are spent by a few hundred slow clients. Returns how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_FILES if soft == resource.RLIM_INFINITY else soft
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def places(files: int, sockets: int, most: int) -> int:
    """For connections to pages: each has a file beside it, while its body comes in or its answer waits."""
    return max(min(most, (files - SPARE - sockets) // 2), FEWEST)

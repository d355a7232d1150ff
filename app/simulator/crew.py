"""A few threads that do what is due, one thing after the other, and sleep until the next."""

import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

LONGEST_NAP = 1.0


class Crew:
    """Call `open` in the process that is to do the work: a server may fork before."""

    def __init__(self, name: str, size: int, *, do_next: Callable[[], bool], next_due: Callable[[], float | None]) -> None:
        """`do_next` does one thing that is due, or returns False; `next_due` tells when the next will be, in seconds since 1970."""
        self._name, self._size = name, size
        self._do_next, self._next_due = do_next, next_due
        self._news = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._process = 0
        self._ends = False

    def open(self) -> None:
        """Start the threads of this process, if they do not run."""
        if self._process == os.getpid() or self._ends:
            return
        with self._news:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._threads = [
                threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True) for number in range(self._size)
            ]
            for thread in self._threads:
                thread.start()

    def wake(self) -> None:
        """Tell one of the threads that there is something new."""
        with self._news:
            self._news.notify()

    def close(self, seconds: float) -> None:
        """End the threads after what they have in hand."""
        with self._news:
            self._ends = True
            self._news.notify_all()
        if self._process == os.getpid():
            for thread in self._threads:
                thread.join(seconds)

    def _work(self) -> None:
        while not self._ends:
            try:
                if not self._do_next():
                    self._nap()
            except Exception:  # a thread that ended would leave its share undone for ever
                log.exception("An errand of the simulated network failed; it goes on when the claim runs out.")
                time.sleep(LONGEST_NAP)

    def _nap(self) -> None:
        with self._news:
            if self._ends:
                return
            due = self._next_due()
            left = LONGEST_NAP if due is None else min(max(due - time.time(), 0.0), LONGEST_NAP)
            if left > 0:
                self._news.wait(left)

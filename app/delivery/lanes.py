"""The pace of one sender as this process keeps it: never more in any second than allowed, measured when things really happen.

Dispatchers share a sender's pace through its row in `paces`, where each reserves its turns ahead (`claims`). What was
reserved may be late by the time it leaves: a thread waits for the processor, an answer takes long. This is the second,
exact check. It keeps what left during the last second and lets the next one go only when it fits.
"""

import math
from collections import deque
from dataclasses import dataclass, field

LATEST_ARRIVAL = 0.25
"""Seconds after it was begun by which a text counts, however long its answer takes."""
AFTER_ARRIVAL = 0.75
"""The part of the quickest answer's time that surely comes after the arrival: the carrier's own work and the way back."""


MARGIN = 0.002
"""Seconds by which a window is longer: two machines' clocks do not tick alike."""


@dataclass(slots=True)
class Passage:
    """One text that left, or is leaving."""

    weight: int
    begun: float
    arrived: float = math.inf
    """At the latest."""

    def end(self, ended: float, quickest: float) -> None:
        """Its answer came, `quickest` being the least that an answer takes these days."""
        self.arrived = max(self.begun, ended - AFTER_ARRIVAL * quickest)

    @property
    def counted_from(self) -> float:
        """By then the carrier had it, as far as anybody can tell."""
        return min(self.arrived, self.begun + LATEST_ARRIVAL)


@dataclass(slots=True)
class Lane:
    """At most `capacity` segments in any `window` seconds. All moments are of the monotonic clock."""

    per_second: float
    window: float = 1.0
    _passages: deque[Passage] = field(default_factory=deque)
    _total: int = 0

    @property
    def capacity(self) -> int:
        """Whole segments: a pace below one a second, or a broken one, is kept over a longer window."""
        return max(1, math.ceil(self.per_second * self.window - 1e-9))

    @property
    def length(self) -> float:
        """The window over which `capacity` is the pace."""
        return self.capacity / self.per_second + MARGIN

    def wait(self, weight: int, at: float) -> float:
        """In how many seconds a text of `weight` segments may go; 0 for now. One heavier than the window goes alone."""
        while self._passages and self._passages[0].counted_from + self.length <= at:
            self._total -= self._passages.popleft().weight
        excess = self._total + weight - self.capacity
        if excess <= 0 or not self._passages:
            return 0.0
        moment = at
        for passage in self._passages:
            moment = passage.counted_from + self.length
            excess -= passage.weight
            if excess <= 0:
                break
        return max(moment - at, 0.0005)

    def begin(self, weight: int, at: float) -> Passage:
        """A text goes now."""
        passage = Passage(weight, at)
        self._passages.append(passage)
        self._total += weight
        return passage

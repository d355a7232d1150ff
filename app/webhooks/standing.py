"""How a receiver does, from one attempt to the next: when it is left alone, and asked again with one event."""

from dataclasses import dataclass, field
from datetime import datetime

from app.webhooks.backoff import TOLERATED, quiet_after
from app.webhooks.errands import Outcome
from app.webhooks.models import PATIENCE

SHOWN = 24
"""So many attempts are kept for the strip on the settings page."""
IN_HAND, IN_HAND_OF_THE_SLOW = 64, 16
"""Events of one receiver that its worker holds at the same time: as many as it takes in a moment."""
ROOM_MILLISECONDS = 32_000
"""Divided by what one takes, this is how many."""


@dataclass(slots=True)
class Standing:
    """Of one receiver, as its worker knows it."""

    failures: int = 0
    failing_since: datetime | None = None
    quiet_until: datetime | None = None
    recent: list[int] = field(default_factory=list)
    last_attempt_at: datetime | None = None
    last_status: int | None = None
    last_problem: str | None = None
    counted_at: datetime | None = None
    """When the last failure was counted: what had begun before belongs to the same trouble."""

    def learn(self, outcome: Outcome, at: datetime) -> None:
        """Take note of an attempt that ended."""
        shown = max(outcome.milliseconds, 1)
        self.recent = [*self.recent, shown if outcome.is_taken else -shown][-SHOWN:]
        self.last_attempt_at, self.last_status, self.last_problem = outcome.begun_at, outcome.status, outcome.problem
        if outcome.is_taken:
            self.failures, self.failing_since, self.quiet_until, self.counted_at = 0, None, None, None
        elif outcome.is_the_receivers and (self.counted_at is None or outcome.begun_at >= self.counted_at):
            self.failures += 1
            self.failing_since = self.failing_since or outcome.begun_at
            self.counted_at = at
            quiet = quiet_after(self.failures, asked_for=outcome.asked_for)
            self.quiet_until = at + quiet if quiet else None

    def room(self, in_hand: int, at: datetime) -> int:
        """How many more events its worker may take in hand: one at a time while it fails, and none while it is left alone."""
        if self.quiet_until is not None and self.quiet_until > at:
            return 0
        return max((1 if self.failures else self._most()) - in_hand, 0)

    def _most(self) -> int:
        each = sum(map(abs, self.recent)) / len(self.recent) if self.recent else ROOM_MILLISECONDS / IN_HAND
        return min(max(int(ROOM_MILLISECONDS / each), IN_HAND_OF_THE_SLOW), IN_HAND)

    def is_hopeless(self, at: datetime) -> bool:
        """Whether it took nothing for so long that events end as dead letters without a try of their own."""
        return self.failures > TOLERATED and self.failing_since is not None and at - self.failing_since >= PATIENCE

"""What the dispatcher gives to the hand, and what comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from standardwebhooks import Webhook

EXCERPT = 500


class Problem(StrEnum):
    """Why an answer does not count as taken. `words` has a sentence for each."""

    NO_NAME = "no_name"
    INSIDE = "inside"
    """The address lies inside a private network: it was never called."""
    NOT_REACHED = "not_reached"
    NOT_CONNECTED_IN_TIME = "connect_timeout"
    TLS = "tls"
    NO_ANSWER_IN_TIME = "timeout"
    BROKEN = "broken"
    REDIRECT = "redirect"
    STATUS = "status"
    SEAL = "seal"
    """What it is to be signed with cannot be read any more."""
    OURS = "ours"
    """Something went wrong on our side."""


OF_THE_EVENT = frozenset({400, 406, 409, 411, 413, 414, 415, 417, 422, 431})
"""Statuses by which a receiver refuses this event and not events as such."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an endpoint is: those of the settings page are their district's."""

    district_id: int
    bearer_id: int | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """An endpoint as it was when its worker took it up."""

    id: int
    version: int
    url: str
    method: str
    face: str
    basic: str | None
    """The value of the header."""
    signers: tuple[tuple[Webhook, datetime | None], ...]
    """Each with the moment until which it signs."""
    owner: Owner
    uuid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """One event to be handed over now."""

    id: int
    uuid: str
    kind: str
    body: str
    tries: int
    gives_up_at: datetime
    receiver: Receiver
    query: str | None = None
    """Instead of what stands behind the question mark of the receiver's address."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    begun_at: datetime
    milliseconds: int
    status: int | None = None
    problem: Problem | None = None
    excerpt: str = ""
    asked_for: timedelta | None = None
    """By Retry-After."""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver said yes."""
        return self.problem is None

    @property
    def is_the_receivers(self) -> bool:
        """Whether any other event would have met the same; otherwise only this event was refused."""
        return self.problem is not None and self.status not in OF_THE_EVENT


@dataclass(frozen=True, slots=True)
class Result:
    """`outcome` is None for what was never begun."""

    errand: Errand
    outcome: Outcome | None

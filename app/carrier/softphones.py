"""The interface to phones in browsers: who may register one, for how long, and where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

LIFE_SECONDS = 3600


class SoftphoneKind(StrEnum):
    """Which script the page needs."""

    TWILIO = "twilio"
    """Twilio's Voice JS SDK."""
    SIMULATOR = "simulator"
    """The simulator's own interface of JSON and events, at `address`."""


@dataclass(frozen=True, slots=True)
class SoftphonePass:
    """What a browser needs to be the phone `client:<identity>`."""

    kind: SoftphoneKind
    identity: str
    token: str
    expires_at: datetime
    address: str = ""
    """Where the simulator answers, as browsers reach it; empty for the SDK, which knows."""


class SoftphoneCarrier(Protocol):
    """What every adapter does."""

    def issue(self, identity: str) -> SoftphonePass | None:
        """A pass for LIFE_SECONDS, made here without asking anybody. None where the account is not set up for softphones.

        The identity is letters, digits and underscores: a uuid's hex. Calls to it go to `client:<identity>`.
        """

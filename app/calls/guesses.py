"""What the carrier guessed of who picked up, and how long that is believed."""

from datetime import timedelta

from app.calls.models import Call, Outcome
from app.core.clock import now

GUESSES = frozenset({Outcome.MACHINE, Outcome.FAX})
LONGEST_MESSAGE = timedelta(minutes=2)
"""No voicemail listens for longer: whoever talked longer than that talked with somebody."""


def believed(call: Call, outcome: str | None) -> str | None:
    """The same outcome, or None for a guess that the talk has shown to be wrong."""
    if outcome not in GUESSES or call.answered_at is None:
        return outcome
    return None if (call.ended_at or now()) - call.answered_at > LONGEST_MESSAGE else outcome

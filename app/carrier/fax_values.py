"""What carriers of faxes write into their JSON, read strictly."""

import re
from datetime import UTC, datetime
from typing import Any

from app.carrier.forms import BadWebhook, storable

_E164 = re.compile(r"\+[1-9]\d{5,14}")
_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_REFERENCE = re.compile(r"[A-Za-z0-9.-]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9_. -]{1,64}")
LONGEST_STATION = 40
MOST = 1_000_000
"""Pages or seconds: more is nonsense."""


def dictionary(given: Any, name: str) -> dict[str, Any]:
    """`given`, if it is one. Raises BadWebhook."""
    if not isinstance(given, dict):
        raise BadWebhook(name)
    return given


def fax_id(given: Any) -> str:
    """The carrier's id. Raises BadWebhook."""
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise BadWebhook("the fax's id")
    return given


def number(given: Any) -> str:
    """E.164; empty for a hidden number, or an address that is none."""
    return given if isinstance(given, str) and _E164.fullmatch(given) else ""


def moment(given: Any) -> datetime:
    """A time, in UTC. Raises BadWebhook."""
    try:
        at = datetime.fromisoformat(given)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise BadWebhook("a time") from None


def count(given: Any) -> int | None:
    """A number of pages or seconds; None where none is told."""
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < MOST else None


def reference(given: Any) -> str | None:
    """What we gave along; None for anything else."""
    return given if isinstance(given, str) and _REFERENCE.fullmatch(given) else None


def word(given: Any) -> str | None:
    """A code of the carrier; None where there is none, or nothing that fits."""
    told = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    return told if _WORD.fullmatch(told) else None


def station(given: Any) -> str:
    """How a machine calls itself."""
    told = " ".join(given.split())[:LONGEST_STATION] if isinstance(given, str) else ""
    try:
        return "".join(letter for letter in storable(told, "station") if letter.isprintable())
    except BadWebhook:
        return ""

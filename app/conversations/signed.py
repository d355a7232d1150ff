"""In whose name something stands in a thread, and which system wrote it: a person's key is not her hand.

Families read the name alone; staff read both.
"""

from collections.abc import Mapping
from typing import Any

from app.accounts.behind import BEARER, THROUGH, bearer_behind, by_system, may_hear_names, system_behind
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint

LONGEST_NAME = 80


def through_whom() -> dict[str, Any]:
    """What the details of a message say that is written now."""
    bearer_id, system = bearer_behind(), system_behind()
    beside: dict[str, Any] = {} if bearer_id is None else {BEARER: bearer_id}
    return beside | {THROUGH: system[:LONGEST_NAME]} if system else beside


def system_of(details: Mapping[str, Any] | None) -> str:
    """The system that wrote a message; empty where its author did."""
    return str((details or {}).get(THROUGH, ""))


def signed(author: str, details: Mapping[str, Any] | None) -> str:
    """The author as staff read it."""
    return by_system(author, system_of(details))


def stored(author: str, details: Mapping[str, Any] | None) -> str | None:
    """The same where it is written down, in no language."""
    system = system_of(details)
    return (f"{author[:40]} · {system}"[:LONGEST_NAME] if system else author[:LONGEST_NAME]) or None


def whose(point: ContactPoint) -> str:
    """What a refusal calls this person: by the number alone, where a program asks that may not read who they are."""
    return point.guardian.full_name if may_hear_names() else for_people(point.address)

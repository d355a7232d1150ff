"""In whose name something stands in a thread, and which system wrote it: a person's key is not her hand.

Families read the name alone; staff read both.
"""

from collections.abc import Mapping
from typing import Any

from app.accounts.behind import system_behind
from app.core.presentation import gettext as _

THROUGH = "through"
"""Among the `details` of a message: the system that wrote it with the key of a person."""
LONGEST_NAME = 80


def through_whom() -> dict[str, Any]:
    """What the details of a message say that is written now."""
    system = system_behind()
    return {THROUGH: system[:LONGEST_NAME]} if system else {}


def system_of(details: Mapping[str, Any] | None) -> str:
    """The system that wrote a message; empty where its author did."""
    return str((details or {}).get(THROUGH, ""))


def signed(author: str, details: Mapping[str, Any] | None) -> str:
    """The author as staff read it."""
    system = system_of(details)
    return _("%(name)s · by %(system)s", name=author, system=system) if system else author


def stored(author: str, details: Mapping[str, Any] | None) -> str | None:
    """The same where it is written down, in no language."""
    system = system_of(details)
    return (f"{author[:40]} · {system}"[:LONGEST_NAME] if system else author[:LONGEST_NAME]) or None

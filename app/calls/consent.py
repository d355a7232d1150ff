"""Whether a call may be recorded, and under which rule: the states of all who take part decide together, the strictest of them for all.

In every case everybody hears that it is recorded before it is. What differs is what the record says, and whether it is done at all.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from app.core.us_states import STATES, state_of

RULE, NEVER = "call_recording", "never"
"""In a district's settings this forbids it everywhere."""
RULES_SETTING = "recording_rules"
"""In a district's settings: the rules of single states that it set differently, by their letters."""


class Rule(StrEnum):
    """What the law of a state asks, from the mildest on."""

    ONE_PARTY = "one_party"
    """Whoever takes part may keep what is said."""
    ALL_PARTIES = "all_parties"
    """Everybody must know, and stay."""
    NEVER = "never"


STRICT = frozenset(["CA", "CT", "DE", "FL", "IL", "MA", "MD", "MI", "MT", "NH", "NV", "OR", "PA", "VT", "WA"])
"""Where everybody has to agree, wholly or in some cases, as of 2026."""
ORDER = list(Rule)


def rules_of(settings: Mapping[str, Any]) -> dict[str, Rule]:
    """The rule of each state for a district: the law's, or what it set itself."""
    own: Mapping[str, str] = settings.get(RULES_SETTING) or {}
    return {letters: Rule(own[letters]) if own.get(letters) in ORDER else default_of(letters) for letters in STATES}


def default_of(letters: str) -> Rule:
    """The law's."""
    return Rule.ALL_PARTIES if letters in STRICT else Rule.ONE_PARTY


def rule_for(settings: Mapping[str, Any], addresses: Iterable[str]) -> Rule:
    """The strictest rule of those who have these phones. Whose state is not known counts among the strict."""
    if settings.get(RULE) == NEVER:
        return Rule.NEVER
    rules = rules_of(settings)
    found = [rules.get(state_of(address) or "", Rule.ALL_PARTIES) for address in addresses]
    return max(found, key=ORDER.index, default=Rule.ALL_PARTIES)

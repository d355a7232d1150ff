"""Questions that a call asks: whoever had it placed is told which key was pressed, in the commit that notes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

MOST = 9
"""Choices: one key each."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A question and its choices, the first of them on key 1."""

    question: str
    choices: tuple[str, ...]

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> Self | None:
        """As the details of a content bring it; None where nothing is asked."""
        given = details.get("menu")
        return cls(str(given["question"]), tuple(str(one) for one in given["choices"])[:MOST]) if given else None

    def document(self) -> dict[str, Any]:
        """For the details of a content."""
        return {"question": self.question, "choices": list(self.choices)}


class Taken(StrEnum):
    """What became of a key."""

    NOTED = "noted"
    FIXED = "fixed"
    """Another answer was given before, and cannot be changed."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a key, and which choice counts now; None where none does."""

    taken: Taken
    choice: int | None


Taker = Callable[[int, int], Given]
_takers: dict[str, Taker] = {}


def register(owner_kind: str, taker: Taker) -> None:
    """Have `taker(owner id, choice)` take the keys of these owners' calls. Called from a room's init_app."""
    _takers[owner_kind] = taker


def take(owner_kind: str, owner_id: int, choice: int) -> Given:
    """Tell the owner. Belongs into the transaction of the call's news."""
    taker = _takers.get(owner_kind)
    return taker(owner_id, choice) if taker is not None else Given(Taken.CLOSED, None)

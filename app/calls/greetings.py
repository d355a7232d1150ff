"""What a caller hears before the beep. The room that keeps greetings registers itself; the menu asks here."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Greeting:
    """`url` is a sound that the carrier plays; without one the words are said in their language. Empty: the menu's own words."""

    words: str = ""
    language: str = "en"
    url: str = ""


Find = Callable[[int, int | None, str], Greeting]
_registered: list[Find] = []


def register(find: Find) -> None:
    """Bring the room that keeps them. Called from its init_app."""
    _registered[:] = [find]


def greeting_for(school_id: int, staff_id: int | None, language: str) -> Greeting:
    """The greeting in the caller's language, of a person's box, else of her school's; else one in another language; one query."""
    return _registered[0](school_id, staff_id, language) if _registered else Greeting(language=language)

"""What a call says once its message is over: the question with its keys, and what the other keys do. Calls and previews ask here."""

from dataclasses import dataclass

from app.delivery.voice.menus import Menu
from app.delivery.voice.voices import Line, say


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence."""

    words: str
    is_own: bool
    """Written by a person, and read by the voice of its language; the others are the house's."""


def question_of(menu: Menu, language: str) -> list[Said]:
    """The question, and a key for each choice that has words."""
    choices = [
        Said(say(Line.CHOICE, language, choice=choice, number=number), is_own=False)
        for number, choice in enumerate(menu.choices, start=1)
        if choice
    ]
    return [Said(menu.question, is_own=True), *choices] if menu.question else choices


def after_message(menu: Menu | None, language: str, *, phone: str) -> list[Said]:
    """All of it, for a person; `phone` as it is spoken."""
    if menu is None:
        return [Said(say(Line.CHOICES, language, phone=phone), is_own=False)]
    return [*question_of(menu, language), Said(say(Line.AFTER_CHOICES, language, phone=phone), is_own=False)]

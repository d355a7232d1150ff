"""A question with choices that an announcement brings along: what its author wrote, in which languages, and what may be answered."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.announcements.models import TextOrigin
from app.core.keywords import keyword
from app.core.merge_fields import fields_in
from app.core.search_text import fold

FEWEST, MOST = 2, 9
"""Choices: each is one key of a telephone."""
LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_CODE = 160, 60, 12
USUAL_DAYS, MOST_DAYS = 7, 90


class Per(StrEnum):
    """Of whom one answer counts."""

    FAMILY = "family"
    PERSON = "person"


class Lack(StrEnum):
    """Why a question cannot be sent yet."""

    QUESTION = "question"
    CHOICES = "choices"
    WORDING = "wording"
    SAME = "same"
    KEYWORD = "keyword"
    NUMBER = "number"
    FIELDS = "fields"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wording:
    """The question in one language. A choice that has no words here yet is an empty text."""

    question: str = ""
    choices: tuple[str, ...] = ()
    origin: str = TextOrigin.WRITTEN

    def is_complete(self, choices: int) -> bool:
        """Whether nothing is left to be written."""
        return bool(self.question) and len(self.choices) == choices and all(self.choices)


@dataclass(frozen=True, slots=True)
class Asked:
    """A document: the question in all its languages, and its rules."""

    wordings: dict[str, Wording] = field(default_factory=dict)
    per: str = Per.FAMILY
    may_change: bool = True
    """The last answer counts until it closes; otherwise the first one."""
    has_link: bool = False
    """Texts bring the address of a page for those who rather tap than write."""
    closes_at: datetime | None = None
    """None: a week after it goes out."""

    @property
    def size(self) -> int:
        """How many choices there are."""
        return max((len(wording.choices) for wording in self.wordings.values()), default=0)

    def wording(self, language: str, otherwise: str | None = None) -> Wording:
        """The question as somebody with this language reads it; the nearest there is."""
        found = self.wordings.get(language) or self.wordings.get(language.partition("-")[0])
        return found or self.wordings.get(otherwise or "") or next(iter(self.wordings.values()), Wording())

    def document(self) -> dict[str, Any]:
        """As the announcement keeps it."""
        return {
            "wordings": {
                language: {"question": one.question, "choices": list(one.choices), "origin": one.origin}
                for language, one in self.wordings.items()
            },
            "per": self.per,
            "may_change": self.may_change,
            "has_link": self.has_link,
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
        }


def read(document: Mapping[str, Any]) -> Asked:
    """A question from its document or from a page, cut to what may be kept. Raises ValueError, TypeError for what is none."""
    wordings = {str(language)[:LONGEST_CODE]: _wording(one) for language, one in dict(document.get("wordings") or {}).items()}
    moment = document.get("closes_at")
    return Asked(
        wordings={language: one for language, one in wordings.items() if one.question or any(one.choices)},
        per=Per(document.get("per", Per.FAMILY)).value,
        may_change=bool(document.get("may_change", True)),
        has_link=bool(document.get("has_link", False)),
        closes_at=datetime.fromisoformat(moment) if moment else None,
    )


def of(document: Mapping[str, Any] | None) -> Asked | None:
    """The question of an announcement, if it asks one."""
    return None if document is None else read(document)


def _wording(one: Mapping[str, Any]) -> Wording:
    choices = [_line(choice, LONGEST_CHOICE) for choice in list(one.get("choices") or [])[:MOST]]
    while choices and not choices[-1]:
        choices.pop()
    origin = TextOrigin(one.get("origin", TextOrigin.WRITTEN)).value
    return Wording(_line(one.get("question"), LONGEST_QUESTION), tuple(choices), origin)


def _line(words: object, longest: int) -> str:
    return " ".join(str(words or "").split())[:longest].strip()


def plain(words: str) -> str:
    """Words as answers are compared: whatever the case, the accents and what stands around them; digits of every alphabet are plain."""
    text = unicodedata.normalize("NFKC", words)
    kept = "".join(_plain_character(character) for character in text)
    return " ".join(fold(kept).split())


def _plain_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind in {"Cf", "Me"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if kind[0] in "LMN" else " "


def lacks(asked: Asked, languages: set[str], original: str, at: datetime) -> tuple[Lack, str] | None:
    """The first thing that keeps a question from being sent at that time, and the language or the choice that it is about."""
    first = asked.wordings.get(original) or Wording()
    if not first.question:
        return Lack.QUESTION, original
    if len(first.choices) < FEWEST or not all(first.choices):
        return Lack.CHOICES, original
    if unclear := _unclear(first):
        return unclear
    for language in sorted(languages):
        if not asked.wordings.get(language, Wording()).is_complete(len(first.choices)):
            return Lack.WORDING, language
    if asked.closes_at is not None and asked.closes_at <= at:
        return Lack.CLOSED, original
    return next((found for language in sorted(languages) if (found := _unclear(asked.wordings[language]))), None)


def _unclear(wording: Wording) -> tuple[Lack, str] | None:
    """What could be understood in two ways when somebody answers with it."""
    seen: set[str] = set()
    for number, choice in enumerate(wording.choices, start=1):
        words = plain(choice)
        if fields_in(choice):
            return Lack.FIELDS, choice
        if not words or words in seen:
            return Lack.SAME, choice
        if keyword(choice) is not None and words != "yes":
            return Lack.KEYWORD, choice
        if words.isdigit() and int(words) <= MOST and int(words) != number:
            return Lack.NUMBER, choice
        seen.add(words)
    return (Lack.FIELDS, wording.question) if fields_in(wording.question) else None


def choice_of(words: str, wordings: Mapping[str, Wording], language: str) -> int | None:
    """Which choice somebody means who texts `words`: its number, or its words as she reads them, or else in another language.

    None for everything else, and for what could mean two of them.
    """
    said = plain(words)
    if not said or not wordings:
        return None
    size = max(len(wording.choices) for wording in wordings.values())
    if said.isdigit():
        number = int(said) if len(said) <= 2 else 0  # noqa: PLR2004  # "01" is fine, a phone number is not
        if 1 <= number <= size:
            return number
    own = wordings.get(language) or wordings.get(language.partition("-")[0])
    for group in ([own] if own else [], list(wordings.values())):
        found = {number for one in group for number, choice in enumerate(one.choices, start=1) if choice and plain(choice) == said}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None

"""A shipped phrase book: common sentences between school and home in nine languages, checked by hand, no service needed.

It translates a text only if it knows every sentence of it; names, times and numbers are carried over as written.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from app.core.phrase_days import Day, DayWords, month_day, read_day_words
from app.core.phrase_names import is_name
from app.core.search_text import fold

LANGUAGES: Final = ("en", "es", "vi", "ar", "so", "zh", "ru", "fr", "uk")

_DATA = Path(__file__).with_name("data") / "phrases.json"
_LONGEST_TEXT = 600
_MOST_SENTENCES = 8
_UNSPACED = frozenset({"zh"})
_LEADS_ON = ",:，،"
_FULL_STOPS = {"zh": "。"}
_CRIES = {"es": ("¡", "!"), "zh": ("", "！"), "fr": ("", " !")}

_SLOT = re.compile(r"\{(\w+)\}")
_WORD_OR_SLOT = re.compile(r"\{\w+\}|\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟,，،:：])\s+|(?<=[。！？؟，،])|\n+")
_TAIL = re.compile(r"[\s\u200d\ufe0f\U0001f000-\U0001faff\u2600-\u27bf]*$")
_INVISIBLE = re.compile("[\u064b-\u0652\u0640\u200b\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PATTERNS = {
    "day": r"\d{1,2}",
    "time": r"\d{1,2}(?:[:.]\d{2})?(?:\s?(?:[ap]m|[ap]\.\s?m\.)(?![a-z]))?",
    "number": r"\d{1,4}[a-z]?",
    "amount": r"[$€£]\s?\d+(?:[.,]\d{1,3})*|\d+(?:[.,]\d{1,3})*\s?[$€£]",
    "name": r"[^\W\d_][^\d_\n.!?,;:。，！？]{0,39}?",
}


@dataclass(frozen=True, slots=True)
class _Wording:
    phrase: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Book:
    """The phrases of one language: how to recognise each, how to say it, and its days."""

    language: str
    wordings: list[_Wording]
    exact: Mapping[str, int]
    spoken: list[str]
    days: DayWords
    day_patterns: list[tuple[re.Pattern[str], Day]]
    dated_patterns: list[tuple[re.Pattern[str], int]]


def translate(text: str, source: str, target: str) -> str | None:
    """`text` in `target`, or None if any part of it is not in the book. Emoji at the end stay; `es-MX` reads as `es`."""
    source, target = (code.partition("-")[0].lower() for code in (source, target))
    if source == target or source not in LANGUAGES or target not in LANGUAGES or len(text) > _LONGEST_TEXT:
        return None
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()
    tail = _TAIL.search(plain)
    emoji = plain[tail.start() :].strip() if tail else ""
    body = plain[: tail.start()] if tail else plain
    pieces = _pieces(body)
    if not pieces or len(pieces) > _MOST_SENTENCES:
        return None
    translated = _joined(pieces, _book(source), _book(target))
    if translated is None:
        return None
    between = "" if target in _UNSPACED else " "
    return between.join(translated) + (f" {emoji}" if emoji else "")


def _joined(pieces: list[str], source: _Book, target: _Book) -> list[str] | None:
    """Translate the longest known beginning, then the rest: a comma may end a greeting or stand inside a phrase."""
    if not pieces:
        return []
    for end in range(len(pieces), 0, -1):
        said = _sentence("".join(pieces[:end]), source, target)
        if said is not None and (rest := _joined(pieces[end:], source, target)) is not None:
            return [said, *rest]
    return None


def _sentence(text: str, source: _Book, target: _Book) -> str | None:
    flat = _flat(text)
    exact = source.exact.get(_bare(flat))
    if exact is not None:
        return _ended(target.spoken[exact], text, target.language)
    for wording in source.wordings:
        match = wording.pattern.fullmatch(flat)
        if match is None:
            continue
        values = {name: _carried(name, text[slice(*match.span(name))], source, target) for name in match.groupdict()}
        if all(values.values()):
            return _ended(_filled(target.spoken[wording.phrase], values), text, target.language)
    return None


def _filled(wording: str, values: Mapping[str, str | None]) -> str:
    said = _SLOT.sub(lambda slot: values[slot[1]] or "", wording)
    return said.replace("..", ".")  # "8:45 a.m." at the end of a sentence


def _ended(said: str, text: str, language: str) -> str:
    """A salutation leads on with a comma only where the writer's did."""
    written = text.rstrip()[-1:]
    if said[-1] not in _LEADS_ON or written in _LEADS_ON:
        return said
    if written in {"!", "！"}:
        before, after = _CRIES.get(language, ("", "!"))
        return before + said[:-1] + after
    return said[:-1] + _FULL_STOPS.get(language, ".")


def _carried(slot: str, value: str, source: _Book, target: _Book) -> str | None:
    """What a slot's value becomes: a day in the other language's words, anything else as written; None if it cannot be it."""
    value = value.strip()
    if slot == "date":
        day = _read_day(_flat(value), source)
        return None if day is None else target.days.say(day)
    if slot == "name" and not is_name(value):
        return None
    return value


def _read_day(flat: str, book: _Book) -> Day | None:
    for pattern, day in book.day_patterns:
        if pattern.fullmatch(flat):
            return day
    for pattern, month in book.dated_patterns:
        if match := pattern.fullmatch(flat):
            return month_day(month, match["day"])
    return None


def _pieces(text: str) -> list[str]:
    """The sentences and half-sentences of a text, with what separates them, so that they join to it again."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text) if 0 < match.end() < len(text)), len(text)]
    return [text[start:end] for start, end in pairwise(sorted(set(ends)))]


def _flat(text: str) -> str:
    """Folded character by character, so that positions stay those of `text`."""
    return "".join(folded if len(folded := fold(character)) == 1 else character.lower() for character in text)


def _bare(flat: str) -> str:
    return " ".join(_WORD_OR_SLOT.findall(flat))


@lru_cache(maxsize=len(LANGUAGES))
def _book(language: str) -> _Book:
    stored = _stored()
    days = read_day_words(stored["dates"][language])
    day_patterns = [(_pattern(wording), day) for wording, day in days.wordings()]
    dated_patterns = [(_pattern(wording), month) for wording, month in days.dated()]
    any_day = "|".join(pattern.replace("?P<day>", "?:") for pattern, _meaning in [*dated_patterns, *day_patterns])
    wordings: list[_Wording] = []
    exact: dict[str, int] = {}
    spoken: list[str] = []
    for number, phrase in enumerate(stored["phrases"]):
        spoken.append(phrase[language][0])
        for wording in phrase[language]:
            if _SLOT.search(wording):
                wordings.append(_Wording(number, _compiled(_pattern(wording, any_day))))
            else:
                exact.setdefault(_bare(_flat(wording)), number)
    # The more of a phrase is fixed, the earlier it is tried: "X has a fever and will stay home" before "X has a fever".
    wordings.sort(key=lambda wording: -len(wording.pattern.pattern))
    return _Book(
        language,
        wordings,
        exact,
        spoken,
        days,
        [(_compiled(pattern), day) for pattern, day in day_patterns],
        [(_compiled(pattern), month) for pattern, month in dated_patterns],
    )


def _pattern(wording: str, any_day: str = "") -> str:
    """A pattern over flat text: words in order, spaces and punctuation between them free, slots by kind."""
    parts, end = [], 0
    wording = _INVISIBLE.sub("", wording)
    for token in _WORD_OR_SLOT.finditer(wording):
        if end:
            parts.append(r"\W+?" if any(character.isspace() for character in wording[end : token.start()]) else r"\W*?")
        end = token.end()
        slot = _SLOT.fullmatch(token[0])
        if slot is None:
            parts.append(re.escape(_flat(token[0])))
        else:
            parts.append(f"(?P<{slot[1]}>{any_day if slot[1] == 'date' else _PATTERNS[slot[1]]})")
    return "".join(parts)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*?{pattern}\W*")


@lru_cache(maxsize=1)
def _stored() -> dict[str, Any]:
    return dict(json.loads(_DATA.read_text(encoding="utf-8")))

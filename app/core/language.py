"""In which language somebody wrote: by the script, else by small words and letter patterns. In doubt it says nothing.

Made for short texts between families and schools; a few kilobytes of data instead of a model.
"""

import math
import re
import unicodedata
from collections import Counter
from typing import Final, NamedTuple

from app.core.language_profiles import Score, scores

_SURE: Final = 0.8
_READ: Final = 300
_MOSTLY: Final = 0.4
_HINT_WORTH: Final = 2.5
_ENOUGH_LETTERS: Final = 24  # without a single known word

_LATIN: Final = ("en", "es", "vi", "so", "fr", "pt", "ht", "tl", "sw")
_CYRILLIC: Final = ("ru", "uk")

_SCRIPTS: Final = {
    "ARABIC": ("ar", {"fa", "ur", "ps", "ckb", "ug"}),
    "CYRILLIC": ("ru", {"bg", "sr", "mk", "be", "kk", "mn"}),
    "CJK": ("zh", {"ja"}),
    "HIRAGANA": ("ja", set()),
    "KATAKANA": ("ja", set()),
    "HANGUL": ("ko", set()),
    "ETHIOPIC": ("am", {"ti"}),
    "DEVANAGARI": ("hi", {"ne", "mr"}),
    "BENGALI": ("bn", {"as"}),
    "GURMUKHI": ("pa", set()),
    "GUJARATI": ("gu", set()),
    "TAMIL": ("ta", set()),
    "TELUGU": ("te", set()),
    "KANNADA": ("kn", set()),
    "MALAYALAM": ("ml", set()),
    "THAI": ("th", set()),
    "LAO": ("lo", set()),
    "MYANMAR": ("my", {"kar"}),
    "KHMER": ("km", set()),
    "HEBREW": ("he", {"yi"}),
    "GREEK": ("el", set()),
    "ARMENIAN": ("hy", set()),
    "GEORGIAN": ("ka", set()),
}
_MARKS: Final = {
    "ARABIC": (
        ("ur", re.compile("[\u0679\u0688\u0691\u06ba\u06d2\u06be]")),
        ("ps", re.compile("[\u0693\u0696\u069a\u06ab\u06bc\u06cd\u06d0]")),
        ("fa", re.compile("[\u067e\u0686\u0698\u06af\u06a9\u06cc]")),
    ),
    "ETHIOPIC": (("ti", re.compile("[\u1240\u1250\u12b8]\u12ed|\u12a3\u12ed|\u12a5\u12eb|\u12ed\u1348|\u12a9\u121d")),),
}


class Detected(NamedTuple):
    """A language and how sure that is, from 0 to 1."""

    language: str
    confidence: float


def detect(text: str, hint: str | None = None) -> str | None:
    """The language code of `text`, or None in doubt: for a name, a number, a lone word that several languages have.

    `hint` is the language that the writer is known to read; it decides between languages that fit about alike.
    """
    found = weigh(text, hint)
    return found.language if found is not None and found.confidence >= _SURE else None


def weigh(text: str, hint: str | None = None) -> Detected | None:
    """The likeliest language of `text` with the confidence; None where there is nothing to go by."""
    hint = hint.split("-")[0].lower() if hint else None
    script = _script(text[:_READ])
    if script is None:
        return None
    if script == "LATIN":
        return _likeliest(scores(text, _LATIN), hint, sum(character.isalpha() for character in text[:_READ]))
    if script == "CYRILLIC" and hint not in _SCRIPTS["CYRILLIC"][1]:
        return _likeliest(scores(text, _CYRILLIC), hint, _ENOUGH_LETTERS)
    return _of_script(script, text[:_READ], hint)


def _script(text: str) -> str | None:
    """The script that most letters have; kana decide for Japanese wherever they stand."""
    counted: Counter[str] = Counter()
    for character in text:
        if character.isascii():
            if character.isalpha():
                counted["LATIN"] += 1
        elif character.isalpha():
            counted[unicodedata.name(character, "UNKNOWN").split(" ")[0].split("-")[0]] += 1
    if not counted:
        return None
    if counted["HIRAGANA"] + counted["KATAKANA"] and counted["HIRAGANA"] + counted["KATAKANA"] + counted["CJK"] > counted["LATIN"]:
        return "HIRAGANA"
    letters = counted.total()
    foreign = [(count, script) for script, count in counted.items() if script in _SCRIPTS]
    if foreign and max(foreign)[0] >= _MOSTLY * letters:  # names and brands are often written in Latin letters
        return max(foreign)[1]
    return "LATIN" if counted["LATIN"] else None


def _of_script(script: str, text: str, hint: str | None) -> Detected:
    usual, others = _SCRIPTS[script]
    for language, mark in _MARKS.get(script, ()):
        if mark.search(text):
            return Detected(language, 0.95)
    if hint in others and script != "CJK":
        return Detected(hint, 0.9)
    return Detected(usual, 0.9)


def _likeliest(found: list[Score], hint: str | None, letters: int) -> Detected | None:
    weights = {
        score.language: score.weight + (_HINT_WORTH if score.language == hint and (score.words or letters >= _ENOUGH_LETTERS) else 0.0)
        for score in found
    }
    best = max(found, key=lambda score: weights[score.language])
    if best.words == 0 and letters < _ENOUGH_LETTERS:
        return None
    top = weights[best.language]
    return Detected(best.language, 1 / sum(math.exp(weight - top) for weight in weights.values()))

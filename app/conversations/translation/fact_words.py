"""Facts that are words: days and months, as CLDR has them."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from app.core.search_text import fold

_NOT_LATIN = frozenset(
    {"ar", "fa", "ur", "ps", "he", "zh", "ja", "ko", "ru", "uk", "bg", "el", "am", "ti", "hi", "ne", "bn", "th", "km", "my"}
)
_INFLECTED = frozenset({"ru", "uk"})
_SHORTEST_STEM = 3

_ALSO = {
    "so": ((("day", 4), "Jimce"), (("day", 3), "Khamiis"), (("day", 2), "Arbaco"), (("day", 1), "Talaado")),
    "vi": ((("day", 6), "Chủ nhật"),),
    "zh": ((("day", 6), "星期天"),),
}
"""What people write beside what CLDR has."""


def writes_latin(language: str) -> bool:
    """Whether names keep their letters in a language; an unknown one may not."""
    return bool(language) and _base(language) not in _NOT_LATIN


def lost_days(original: str, translated: str, source: str, target: str) -> list[str]:
    """The days and months that the original names and the translation does not."""
    ours, theirs = _calendar(_base(source)), _calendar(_base(target))
    if not ours or not theirs:
        return []
    before, after = original if _base(source) == "en" else fold(original), fold(translated)
    lost = []
    for key, names in ours.items():
        shown = next((name for name in names if _names(before, name, _base(source))), None)
        if shown and not any(_stem(fold(name), _base(target)) in after for name in theirs[key]) and not _as_number(key, after):
            lost.append(shown)
    return lost


def _names(text: str, name: str, language: str) -> bool:
    """Whether `text` names a day. English ones count with their capital only: "may" and "march" are words."""
    wanted = name if language == "en" else _stem(fold(name), language)
    if not wanted.isascii() and language in {"zh", "ja", "th"}:
        return re.search(rf"(?<!十){re.escape(wanted)}", text) is not None
    ending = r"\w*" if language in _INFLECTED else r"\b"
    return re.search(rf"\b{re.escape(wanted)}{ending}", text) is not None


def _as_number(key: tuple[str, int], text: str) -> bool:
    """Chinese writes November as 11月; others may write 20/11."""
    kind, number = key
    return kind == "month" and re.search(rf"(?<!\d)0?{number}(?:月|[./]|\s?tháng)|[./]0?{number}(?!\d)|thang {number}\b", text) is not None


def _stem(name: str, language: str) -> str:
    """Without the ending that grammar changes: пятница, пятницу."""
    if language not in _INFLECTED:
        return name
    return name[: max(_SHORTEST_STEM, len(name) - 2)]


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


@lru_cache(maxsize=64)
def _calendar(language: str) -> dict[tuple[str, int], tuple[str, ...]]:
    """Every way in which a language writes each day and month; empty where nobody knows."""
    if not language:
        return {}
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    known: dict[tuple[str, int], dict[str, None]] = {}
    widths = ("wide", "abbreviated") if language == "zh" else ("wide",)
    for kind, table in (("day", locale.days), ("month", locale.months)):
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in table[context][width].items():
                    known.setdefault((kind, int(number)), {})[str(name)] = None
    for key, name in _ALSO.get(language, ()):
        known[key][name] = None
    return {key: tuple(names) for key, names in known.items()}

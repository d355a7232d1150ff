"""The fact lock: what a machine must not lose or change when it translates.

Numbers, times, amounts, dates, web addresses, merge fields and names have to come out as they went in, and a "not" must
not get lost. Digits are compared by value, whatever alphabet writes them; a clock time may change its form (2:30 PM,
14:30, 14 h 30). The lock errs to the safe side: what it stops, a person looks at.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from app.conversations.translation.fact_words import lost_days, writes_latin
from app.conversations.translation.negations import drops_a_not
from app.core.search_text import fold

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_FIELD = re.compile(r"\$[A-Za-z][A-Za-z0-9_]{0,39}(?:\|[^$\r\n]{0,100})?\$")
_CLOCK = re.compile(
    r"(?<![\d:.,$€£])(?P<hour>[01]?\d|2[0-3])\s?[:h時时點点]\s?(?P<minute>[0-5]\d)(?![\d%])(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_HOUR_ALONE = re.compile(r"(?<![\d:.,])(?P<hour>1[0-2]|0?[1-9])\s?(?P<half>[ap])\.?\s?m\b\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f']\d{3})+(?!\d)|\d+")
_HALF_DAY = 12
_DAY = 24
_SHORTEST_NAME = 3


def lost_facts(original: str, translated: str, *, source: str = "", target: str = "", names: Iterable[str] = ()) -> list[str]:
    """The facts of `original` that `translated` lacks, as `original` wrote them. Empty: nothing is lost.

    Days, months and negations are compared where both languages are known, `names` where both are written in Latin letters.
    """
    there = Counter(value for value, _written in facts_in(translated))
    lost = []
    for value, written in facts_in(original):
        if there[value] > 0:
            there[value] -= 1
        elif not _same_time_elsewhere(value, there):
            lost.append(written)
    lost += lost_days(original, translated, source, target)
    if writes_latin(target):
        lost += _lost_names(original, translated, names)
    if drops_a_not(original, translated, source, target):
        lost.append("not")
    return lost


def facts_in(text: str) -> list[tuple[str, str]]:
    """Each fact in digits as a comparable value, with the way it was written, in reading order."""
    rest = _ascii_digits(text)
    found: list[tuple[int, str, str]] = []
    for kind, pattern in (("field", _FIELD), ("link", _LINK), ("time", _CLOCK), ("time", _HOUR_ALONE), ("number", _NUMBER)):
        found += [(match.start(), f"{kind} {_value(kind, match)}", match[0].strip()) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return [(value, written) for _position, value, written in sorted(found)]


def _lost_names(original: str, translated: str, names: Iterable[str]) -> list[str]:
    before, after = set(_words(original)), set(_words(translated))
    parts = dict.fromkeys(part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME)
    return [part for part in parts if (folded := fold(part).strip(".,;")) in before and folded not in after]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", fold(text))


def _value(kind: str, match: re.Match[str]) -> str:
    if kind == "time":
        parts = match.groupdict()
        hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
        if parts["half"]:
            hour = hour % _HALF_DAY + (_HALF_DAY if parts["half"].lower() == "p" else 0)
        return f"{hour:02}:{minute:02}"
    if kind == "number":
        return re.sub(r"\D", "", match[0]).lstrip("0") or "0"
    return match[0].rstrip(".,;:!?)")


def _same_time_elsewhere(value: str, there: Counter[str]) -> bool:
    """Whether a clock time appears in words of the day ("a las 2:30" for 2:30 PM, "a las 3" for 3 PM), or the other way."""
    kind, _space, written = value.partition(" ")
    others: list[str] = []
    if kind == "time":
        hour, minute = (int(part) for part in written.split(":"))
        others = [f"time {(hour + _HALF_DAY) % _DAY:02}:{minute:02}"]
        if minute == 0:
            others += [f"number {hour % _HALF_DAY or _HALF_DAY}", f"number {hour}"]
    elif kind == "number" and len(written) <= len(str(_DAY)) and int(written) < _DAY:
        others = [f"time {int(written):02}:00", f"time {(int(written) + _HALF_DAY) % _DAY:02}:00"]
    for other in others:
        if there[other] > 0:
            there[other] -= 1
            return True
    return False


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character for character in text)

"""The fact lock: what a machine must not lose or change when it translates.

Numbers, times, amounts, dates in digits, web addresses and merge fields have to come out as they went in. Digits are
compared by value, whatever alphabet writes them; a clock time may change its form (2:30 PM, 14:30, 14 h 30).
"""

import re
import unicodedata
from collections import Counter

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_FIELD = re.compile(r"\$[A-Za-z][A-Za-z0-9_]{0,39}(?:\|[^$\r\n]{0,100})?\$")
_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3])\s?(?:[:.h]|\s?h\s?)\s?(?P<minute>[0-5]\d)(?![\d%])(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_HOUR_ALONE = re.compile(r"(?<![\d:.,])(?P<hour>1[0-2]|0?[1-9])\s?(?P<half>[ap])\.?\s?m\b\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f']\d{3})+(?!\d)|\d+")
_HALF_DAY = 12


def lost_facts(original: str, translated: str) -> list[str]:
    """The facts of `original` that `translated` lacks, as `original` wrote them, in reading order. Empty: nothing is lost."""
    there = Counter(value for value, _written in facts_in(translated))
    lost = []
    for value, written in facts_in(original):
        if there[value] > 0:
            there[value] -= 1
        elif not _same_time_elsewhere(value, there):
            lost.append(written)
    return lost


def facts_in(text: str) -> list[tuple[str, str]]:
    """Each fact as a comparable value, with the way it was written."""
    plain = _ascii_digits(text)
    found: list[tuple[int, str, str]] = []
    rest = plain
    for kind, pattern in (("field", _FIELD), ("link", _LINK), ("time", _CLOCK), ("time", _HOUR_ALONE), ("number", _NUMBER)):
        found += [(match.start(), f"{kind} {_value(kind, match)}", match[0].strip()) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return [(value, written) for _position, value, written in sorted(found)]


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
    """Whether a clock time appears with the other half of the day left out, as "a las 2:30" for 14:30."""
    kind, _space, moment = value.partition(" ")
    if kind != "time":
        return False
    hour, minute = moment.split(":")
    other = f"time {(int(hour) + _HALF_DAY) % (2 * _HALF_DAY):02}:{minute}"
    if there[other] > 0:
        there[other] -= 1
        return True
    alone = f"number {int(hour) % _HALF_DAY or _HALF_DAY}"
    if minute == "00" and there[alone] > 0:  # "3 PM" may become "las 3 de la tarde"
        there[alone] -= 1
        return True
    return False


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character for character in text)

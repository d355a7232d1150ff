"""Merge fields: ``$FirstName$`` in a text becomes the reader's own value, ``$FirstName|there$`` with a fallback.

A name is matched in any case. What a value brings along is never read as a field again.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

_FIELD = re.compile(r"\$([A-Za-z][A-Za-z0-9_]{0,39})(?:\|([^$\r\n]{0,100}))?\$")
_SPACES = re.compile(r"\s+")


class MergeField(StrEnum):
    """The fields that Homeroom can fill for a guardian, in the order of the insert menu."""

    FIRST_NAME = "FirstName"
    LAST_NAME = "LastName"
    STUDENT_NAME = "StudentName"
    STUDENT_FIRST_NAME = "StudentFirstName"
    GRADE = "Grade"
    SECTION_NAME = "SectionName"
    TEACHER_NAME = "TeacherName"
    SCHOOL_NAME = "SchoolName"
    SCHOOL_PHONE = "SchoolPhone"
    DISTRICT_NAME = "DistrictName"


KNOWN_FIELDS: frozenset[str] = frozenset(MergeField)
_HALF = re.compile(rf"\$[A-Za-z][A-Za-z0-9_]*|(?<![A-Za-z0-9_])(?:{'|'.join(MergeField)})\$(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpenField:
    """A field as written in a text. `fallback` is None when none was given, which differs from an empty one."""

    name: str
    fallback: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to send. `missing` names the fields that had neither value nor fallback: they stay as written."""

    text: str
    missing: tuple[str, ...]


def fields_in(text: str) -> list[OpenField]:
    """Every field of `text` in reading order, repeats and unknown names included."""
    if "$" not in text:
        return []
    return [OpenField(match[1], match[2], match.start()) for match in _FIELD.finditer(text)]


def unknown_fields(text: str, known: Collection[str] = KNOWN_FIELDS) -> list[str]:
    """The names in `text` that nobody can fill, once each, as written."""
    lowered = {name.lower() for name in known}
    return list(dict.fromkeys(field.name for field in fields_in(text) if field.name.lower() not in lowered))


def half_fields(text: str) -> list[str]:
    """Half fields of `text`, once each as written: ``$FirstName``, ``FirstName$``. Sums of money are none."""
    return list(dict.fromkeys(_HALF.findall(_FIELD.sub(" ", text)))) if "$" in text else []


def without_fields(text: str) -> str:
    """`text` with its fields taken out: the least that any reader receives."""
    return _FIELD.sub("", text) if "$" in text else text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that is filled in: plain, value, fallback, or missing as it was written."""

    kind: str
    text: str


def pieces(text: str, values: Mapping[str, str | None]) -> list[Piece]:
    """`text` as `render` fills it, cut where something was filled in."""
    by_name = {name.lower(): _SPACES.sub(" ", value).strip() for name, value in values.items() if value}
    found, end = [], 0
    for match in _FIELD.finditer(text):
        found.append(Piece("plain", text[end : match.start()]))
        end = match.end()
        if value := by_name.get(match[1].lower()):
            found.append(Piece("value", value))
        else:
            found.append(Piece("missing", match[0]) if match[2] is None else Piece("fallback", match[2]))
    return [piece for piece in (*found, Piece("plain", text[end:])) if piece.text]


def render(text: str, values: Mapping[str, str | None]) -> Rendered:
    """Fill the fields of `text`. An empty or blank value counts as none, so the fallback takes its place."""
    if "$" not in text:
        return Rendered(text, ())
    by_name = {name.lower(): _SPACES.sub(" ", value).strip() for name, value in values.items() if value}
    missing: dict[str, None] = {}

    def fill(match: re.Match[str]) -> str:
        if value := by_name.get(match[1].lower()):
            return value
        if match[2] is not None:
            return match[2]
        missing[match[1]] = None
        return match[0]

    return Rendered(_FIELD.sub(fill, text), tuple(missing))

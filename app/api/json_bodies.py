"""Reading a JSON body that anybody may have written: bounded, and free of what no database keeps."""

import json
from collections import Counter
from typing import Any, NoReturn

from app.api.nearest import is_sayable
from app.api.refusals import Refused, Why
from app.core.ids import LARGEST_NUMBER

DEEPEST = 32
"""Levels of objects and arrays; no contract needs ten."""


def read(raw: bytes) -> Any:
    """The value of `raw`. Raises Refused (INVALID) for what is no JSON, too deep, holds what cannot be kept, or says a thing twice."""
    try:
        value = _DECODER.decode(raw.decode(json.detect_encoding(raw), "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Refused(Why.INVALID, "The body is not valid JSON. Send an object in UTF-8.", code="malformed_json", field="body") from error
    _check(value, "body", DEEPEST)
    return value


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Of a member that is given twice, readers of JSON take the first, or the last: nobody knows which was meant."""
    found = dict(members)
    if len(found) < len(members):
        twice = Counter(name for name, _value in members).most_common(1)[0][0]
        named = f"'{twice}'" if is_sayable(twice) else "A member"
        raise Refused(Why.INVALID, f"{named} is given twice in one object. Send it once.", code="duplicate_member", field="body")
    return found


_DECODER = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_once)
"""Made once: `json.loads` makes one for each body."""


def _check(value: Any, place: str, levels: int) -> None:
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, (dict, list)):
        if not levels:
            raise Refused(Why.INVALID, f"The body is nested too deeply. At most {DEEPEST} levels are read.", field="body")
        if isinstance(value, list):
            for number, each in enumerate(value):
                _check(each, f"{place}/{number}", levels - 1)
        else:
            for name, each in value.items():
                _check_text(name, place)
                _check(each, f"{place}/{name}", levels - 1)
    elif isinstance(value, (int, float)) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise Refused(Why.INVALID, "This number is too large.", field=place)


def _check_text(text: str, place: str) -> None:
    if text.isascii():
        if "\0" not in text:
            return
    elif "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text):
        return
    raise Refused(Why.INVALID, "The body holds a character that no text has (NUL, or half a surrogate pair). Leave it out.", field=place)

"""Reading a JSON body that anybody may have written: bounded, and free of what no database keeps."""

import json
from typing import Any, NoReturn

from app.api.refusals import Refused, Why
from app.core.ids import LARGEST_NUMBER

DEEPEST = 32
"""Levels of objects and arrays; no contract needs ten."""


def read(raw: bytes) -> Any:
    """The value of `raw`. Raises Refused (INVALID) for what is no JSON, too deep, or holds what cannot be kept."""
    try:
        value = _DECODER.decode(raw.decode(json.detect_encoding(raw), "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Refused(Why.INVALID, "The body is not valid JSON. Send an object in UTF-8.", code="malformed_json", field="body") from error
    _check(value, "body", DEEPEST)
    return value


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_constant=_no_number)
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

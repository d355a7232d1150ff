"""Courier's way to refuse: a list of errors, each with the place that it is about."""

from typing import Any

from app.api.refusals import Manner, Refused


def body(refused: Refused, status: int) -> dict[str, Any]:
    """The contract's Errors: one for each sentence about a place, or one for the whole."""
    found = [(place, each) for place, sentences in refused.problems.items() for each in sentences] or [("", refused.sentence)]
    return {"errors": [_error(refused, status, place, sentence) for place, sentence in found]}


def _error(refused: Refused, status: int, place: str, sentence: str) -> dict[str, Any]:
    return {"code": refused.code, "detail": sentence, "status": status, "source": _source(place), "meta": {}}


def _source(place: str) -> dict[str, str]:
    kind, _, name = place.partition("/")
    if kind == "query":
        return {"parameter": name}
    return {"pointer": f"/{name}"} if kind == "body" else {}


MANNER = Manner(body)

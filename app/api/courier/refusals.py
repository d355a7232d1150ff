"""Courier's way to refuse: a list of errors, each with the place that it is about."""

from typing import Any

from flask import has_request_context, request

from app.api.refusals import Manner, Refused, Why


def body(refused: Refused, status: int) -> dict[str, Any]:
    """The contract's Errors: one for each sentence about a place, or one for the whole."""
    where = _asked_for() if refused.why is Why.UNKNOWN else ""
    found = [(place, each) for place, sentences in refused.problems.items() for each in sentences] or [(where, refused.sentence)]
    return {"errors": [_error(refused, status, place, sentence) for place, sentence in found]}


def _error(refused: Refused, status: int, place: str, sentence: str) -> dict[str, Any]:
    return {"code": refused.code, "detail": sentence, "status": status, "source": _source(place), "meta": {}}


def _source(place: str) -> dict[str, str]:
    kind, _, name = place.partition("/")
    if kind in {"query", "path"}:
        return {"parameter": name}
    return {"pointer": f"/{name}"} if kind == "body" else {}


def _asked_for() -> str:
    """The id in the address, where nothing else of the request can have named what there is not."""
    names = list(request.view_args or ()) if has_request_context() and not request.content_length else []
    return f"path/{names[-1].replace('_', '-')}" if names else ""


MANNER = Manner(body)

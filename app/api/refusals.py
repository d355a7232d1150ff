"""Why a face refuses, in one set of words; each face says it with its own statuses and in its own shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from app.core.errors import HomeroomError

Problems = Mapping[str, list[str]]
"""Sentences by the place they are about: ``body/participants/0/number``, ``query/limit``."""


class Why(StrEnum):
    """What is wrong with a request."""

    NO_KEY = "no_key"
    """No valid credentials."""
    NOT_ALLOWED = "not_allowed"
    """Valid credentials that may not do this."""
    INVALID = "invalid"
    """Not what the contract says: malformed, or of the wrong type."""
    RULE = "rule"
    """What the contract allows and the house does not: a past time, a number that has opted out."""
    UNKNOWN = "unknown"
    """No such thing, or somebody else's."""
    STATE = "state"
    """Too late, or too early."""
    NO_METHOD = "no_method"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    OUTSIDE = "outside"
    """The contract names it, the house does not do it."""
    UPSTREAM = "upstream"
    """A system behind us answered with an error."""
    AWAY = "away"
    """Something of ours is away for a moment."""
    CRASHED = "crashed"


USUAL: Mapping[Why, HTTPStatus] = {
    Why.NO_KEY: HTTPStatus.UNAUTHORIZED,
    Why.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Why.INVALID: HTTPStatus.BAD_REQUEST,
    Why.RULE: HTTPStatus.BAD_REQUEST,
    Why.UNKNOWN: HTTPStatus.NOT_FOUND,
    Why.STATE: HTTPStatus.CONFLICT,
    Why.NO_METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Why.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Why.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Why.OUTSIDE: HTTPStatus.NOT_IMPLEMENTED,
    Why.UPSTREAM: HTTPStatus.BAD_GATEWAY,
    Why.AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    Why.CRASHED: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_WHY = {status: why for why, status in USUAL.items() if why is not Why.RULE}


class Refused(Exception):  # the name says what happened to the request
    """Ends a request. `sentence` says what happened and what to do; `code` names it for machines, and is `why` unless told."""

    def __init__(
        self,
        why: Why,
        sentence: str,
        *,
        code: str | None = None,
        problems: Problems | None = None,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`field` is short for `problems` with this one sentence about one place."""
        super().__init__(sentence)
        self.why = why
        self.sentence = sentence
        self.code = code or why.value
        self.problems: Problems = problems or ({field: [sentence]} if field else {})
        self.headers = dict(headers or {})


def of_error(error: HomeroomError) -> Refused:
    """What a service refused, for a face."""
    why = _WHY.get(HTTPStatus(error.status), Why.RULE)
    return Refused(why, error.advice, code=error.code)


def why_of_status(status: int) -> Why:
    """What an HTTP error that no handler raised means."""
    try:
        return _WHY.get(HTTPStatus(status), Why.CRASHED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Why.INVALID)
    except ValueError:
        return Why.CRASHED


@dataclass(frozen=True, slots=True)
class Manner:
    """How one face refuses: the body it writes, and the statuses that differ from the usual ones."""

    body: Callable[[Refused, int], Any]
    statuses: Mapping[Why, HTTPStatus] = field(default_factory=dict)

    def status(self, why: Why) -> int:
        """The status of this face."""
        return int(self.statuses.get(why, USUAL[why]))

"""Groupcall's way to refuse: 401 also for what is not allowed, 400 for everything else that is wrong; nothing was sent then."""

from http import HTTPStatus
from typing import Any

from app.api.refusals import Manner, Refused, Why


def body(refused: Refused, _status: int) -> dict[str, Any]:
    """The contract's Error; `errors` are sentences by field."""
    answer: dict[str, Any] = {"errorMsg": refused.sentence}
    if refused.problems:
        answer["errors"] = dict(refused.problems)
    return answer


MANNER = Manner(body, {Why.NOT_ALLOWED: HTTPStatus.UNAUTHORIZED, Why.STATE: HTTPStatus.BAD_REQUEST, Why.UNKNOWN: HTTPStatus.BAD_REQUEST})

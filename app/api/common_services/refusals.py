"""Common Services' way to refuse: 403 also without a key, 422 for a value that breaks a rule."""

from http import HTTPStatus
from typing import Any

from app.api.refusals import Manner, Refused, Why


def body(refused: Refused, _status: int) -> dict[str, Any]:
    """The contract's Error; `details` are sentences by field."""
    error: dict[str, Any] = {"code": refused.code, "message": refused.sentence}
    if refused.problems:
        error["details"] = dict(refused.problems)
    return {"error": error}


MANNER = Manner(body, {Why.NO_KEY: HTTPStatus.FORBIDDEN, Why.RULE: HTTPStatus.UNPROCESSABLE_ENTITY})

"""RingPlan's way to refuse: a problem document; 406 where something is in the wrong state."""

from http import HTTPStatus
from typing import Any

from app.api.refusals import Manner, Refused, Why


def body(refused: Refused, status: int) -> dict[str, Any]:
    """The contract's Error. What is wrong with each field follows the sentence."""
    told = (f"{place}: {each}" for place, sentences in refused.problems.items() for each in sentences)
    more = [each for each in dict.fromkeys(told) if not each.endswith(refused.sentence)]
    return {
        "detail": _one_after_another([refused.sentence, *more]),
        "status": status,
        "title": HTTPStatus(status).phrase,
        "type": "about:blank",
    }


def _one_after_another(sentences: list[str]) -> str:
    """What does not end with a stop of its own is set apart from what follows."""
    apart = [each if each.endswith((".", "!", "?")) else f"{each};" for each in sentences[:-1]]
    return " ".join([*apart, sentences[-1]])


MANNER = Manner(body, {Why.STATE: HTTPStatus.NOT_ACCEPTABLE})

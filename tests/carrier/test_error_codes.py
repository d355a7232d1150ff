"""Every code of the rules has words, an effect where there is one, and a next step."""

import pytest
from flask import Flask

from app.carrier.error_codes import FAILURES, Effect, HouseCode, Retry, explain
from app.carrier.fax_codes import FaxCode

RULES = {
    "21610": (Effect.OPTED_OUT, Retry.NEVER),
    "30003": (Effect.UNREACHABLE, Retry.BY_ITSELF),
    "30004": (None, Retry.NEVER),
    "30005": (Effect.DEAD, Retry.NEVER),
    "30006": (Effect.LANDLINE, Retry.NEVER),
    "30007": (None, Retry.BY_HAND),
    "30034": (None, Retry.BY_HAND),
    "21611": (None, Retry.BY_ITSELF),
    "21408": (None, Retry.BY_HAND),
}


@pytest.mark.parametrize("code", RULES)
def test_a_code_of_the_rules(app: Flask, code: str) -> None:
    failure = explain(code)
    assert (failure.effect, failure.retry) == RULES[code]
    assert failure.link is None


@pytest.mark.parametrize("code", [*FAILURES, *HouseCode, *FaxCode, None])
def test_every_failure_says_what_to_do(app: Flask, code: str | None) -> None:
    failure = explain(code)
    assert len(str(failure.meaning)) > 3
    assert str(failure.advice).endswith(".")
    assert failure.next_steps
    assert failure.link is None


def test_an_unknown_code_is_shown_raw_with_a_link(app: Flask) -> None:
    failure = explain("39999")
    assert "39999" in str(failure.meaning)
    assert failure.link == "https://www.twilio.com/docs/api/errors/39999"
    assert explain("<script>").link is None

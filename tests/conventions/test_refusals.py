"""Every refusal speaks the language of whoever reads it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import LazyString

from app.core.errors import HomeroomError
from app.delivery.errors import AlreadyLeft


def kinds(kind: type[HomeroomError] = HomeroomError) -> Iterator[type[HomeroomError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


def test_no_refusal_has_words_that_cannot_be_translated(app: Flask) -> None:
    written = {kind.__qualname__: vars(kind)["advice"] for kind in kinds() if "advice" in vars(kind)}
    assert len(written) > 20
    assert [name for name, words in written.items() if not isinstance(words, LazyString)] == []


@pytest.mark.parametrize(("language", "words"), [("en", "It has already left"), ("es", "Ya salió")])
def test_a_refusal_is_in_the_language_of_whoever_is_refused(app: Flask, language: str, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        refusal = AlreadyLeft()
    assert refusal.advice.startswith(words)
    assert str(refusal) == refusal.advice

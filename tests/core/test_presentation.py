"""Numbers as readers write them."""

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from app.conversations.views.measuring import cents_words
from app.core.presentation import ngettext, numeral


@pytest.mark.parametrize("language", ["en", "es"])
def test_figures_are_those_of_the_country_that_the_schools_are_in(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):  # Spain writes 2.464 and 1,20
        assert [numeral(number) for number in (7, 999, 2464, 1_250_000, 2.5)] == ["7", "999", "2,464", "1,250,000", "2.5"]
        assert [cents_words(Decimal(cents)) for cents in ("2.5", "123456")] == ["2.5¢", "$1234.56"]
        assert "2,464" in ngettext("%(num)s person took part", "%(num)s people took part", 2464)

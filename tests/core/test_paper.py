"""Pages to print, whatever is written on them."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pypdf import PdfReader

from app.core.paper import LONGEST_RUN, Paper, shallow

LETTERS = {"L", "R", "AL"}


@pytest.mark.parametrize(
    "text",
    ["_" * 1500, "-" * 1200, "\U0001f600" * 2000, "\u05d0" * 500 + "." * 1200, "Name: " + "_" * 1900],
    ids=["underscores", "dashes", "faces", "hebrew and dots", "a line to fill in"],
)
def test_a_line_of_signs_that_are_no_letters_is_printed(text: str) -> None:
    paper = Paper("Cover")
    paper.page()
    paper.words(text, "en")
    assert len(PdfReader(io.BytesIO(paper.data())).pages) >= 1


@given(some.text(alphabet=some.sampled_from("a\u05d0_. 1\n"), max_size=900))
def test_nothing_is_lost_and_no_run_is_long(text: str) -> None:
    made = shallow(text)
    assert made.replace("\u200e", "") == text
    run = 0
    for sign in made:
        run = 0 if unicodedata.bidirectional(sign) in LETTERS else run + 1
        assert run <= LONGEST_RUN

"""Every quick start that the pages for developers name is there, is one page with one title, and has programs that say what they print."""

import pytest

from app.api.reader.quick import QUICK
from app.api.reader.writing import prose, quick_start
from tests.api.quick_starts import read


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_start_is_one_page_with_programs(name: str) -> None:
    text = quick_start(name)
    assert text is not None
    html = str(prose(text))
    assert (html.count("<h1"), "<th></th>" in html) == (1, False)
    assert "<pre>" not in html, "programs are scrolled by the keyboard, too"
    page = read(name)
    assert page.programs
    assert all(page.prints[language] for language in page.programs)

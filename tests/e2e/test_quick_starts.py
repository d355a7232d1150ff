"""The quick starts of the four interfaces run as they stand, against a house as `make run` starts it."""

from pathlib import Path

import pytest

from tests.api.quick_starts import THEIRS, check, read, run
from tests.houses import House

PAGES = ["common-services"]


@pytest.mark.parametrize(("name", "language"), [(name, language) for name in PAGES for language in read(name).programs])
def test_a_quick_start_runs_as_it_stands(house: House, tmp_path: Path, name: str, language: str) -> None:
    page = read(name)
    assert page.prints[language], "a page says what its programs print"
    check(run(language, page.programs[language], tmp_path, **{THEIRS: house.url}), page.prints[language])

"""What the test command leaves out of one phase, another one has."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_journey_and_every_kill_is_named_in_the_makefile() -> None:
    named = re.search(r"^HOUSES := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    places = [ROOT / place for place in named[1].replace("\\", " ").split()]
    marked = [file for file in (ROOT / "tests").rglob("test_*.py") if re.search(r"pytest\.mark\.(?:e2e|faults)\b", file.read_text())]
    assert len(marked) > 15
    assert [file for file in marked if not any(file.is_relative_to(place) for place in places)] == []
    unmarked = [file for place in places for file in ([place] if place.is_file() else place.rglob("test_*.py")) if file not in marked]
    assert unmarked == [], "these run in both phases"

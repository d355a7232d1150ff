"""How a text begins, in languages with and without blanks."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.beginnings import beginning


def test_whole_words_and_what_has_none() -> None:
    assert beginning("School is  closed\ntomorrow.", 60) == "School is closed tomorrow."
    assert beginning("School is closed tomorrow.", 18) == "School is closed…"
    assert beginning("明天学校因大雪停课请各位家长留意通知", 10) == "明天学校因大雪停课…"
    assert beginning("https://district.example/news/snow", 20) == "https://district.ex…"
    assert beginning("Hi https://district.example/news/snow", 20) == "Hi https://district…"
    assert beginning("", 20) == ""


@given(st.text(), st.integers(2, 200))
def test_never_longer_and_never_nothing_but_dots(words: str, longest: int) -> None:
    found = beginning(words, longest)
    assert len(found) <= longest
    assert bool(found) == bool(words.strip())
    assert found != "…" or words.split() == ["…"]

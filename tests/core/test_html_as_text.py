"""HTML that somebody sends as words."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.html_as_text import as_text, plain


@given(st.text(max_size=400))
def test_any_html_becomes_text_without_tags_or_scripts(text: str) -> None:
    shown = plain(f"<html><body><p>{text}</p><script>alert(1)</script></body></html>")
    assert "alert(1)" not in shown or "alert(1)" in text


def test_html_keeps_its_words_lists_and_links() -> None:
    html = '<style>p{}</style><p>Dear &amp; kind<br>family</p><ul><li>One<li>Two</ul><a href="https://x.example/a">the form</a>'
    assert plain(html) == "Dear & kind\nfamily\n\n- One\n- Two\n\nthe form (https://x.example/a)"
    assert plain('<p>Look <a href="https://x.example/">x.example</a></p>\n<template>no</template>') == "Look x.example (https://x.example/)"
    assert as_text("no tags &lt;here&gt;") == "no tags <here>"
    assert plain("1 < 2 and a > b") == "1 < 2 and a > b"

"""How a text begins, where only so much of it can be shown."""

from textwrap import shorten

_MORE = "…"


def beginning(words: str, longest: int) -> str:
    """On one line, of `longest` characters at most: whole words, unless the first is too long, as in languages without blanks."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    whole = shorten(line, longest, placeholder=_MORE)
    return whole if len(whole) > longest // 2 else line[: longest - 1] + _MORE

"""Text as search sees it: folded, cut into words, and quoted so that what a person types is never query syntax.

Both databases index a column filled by `indexable`, so they find the same rows: SQLite's FTS5 with its default
tokenizer, PostgreSQL with the `simple` configuration. Scripts written without spaces (Chinese, Japanese, Thai …) are
indexed as overlapping pairs of characters, which finds any substring of two or more; neither database cuts such words
by itself. A search inside digits (the end of a phone number) needs a trigram index instead: use `fold` for both sides.
"""

import re
import unicodedata
from collections.abc import Iterator

MOST_TERMS = 12
LONGEST_TERM = 64

# Accents of alphabets where the bare letter is what people type. Vowel signs of Indic scripts and the voicing marks of
# kana are spelling, not accents, and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7-\u06ed\u0640\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_LETTERS = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ى": "ي",
        "ة": "ه",
        "ک": "ك",
        "ی": "ي",
        "’": "'",
        "ʼ": "'",
        "ʻ": "'",
    }
)
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(f"[{_UNSPACED}]+|[^\\s{_UNSPACED}]+")
_ASCII_SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}


class _Separators(dict[int, str | int]):
    """Marks, symbols, spaces and controls become a space; letters, digits and vowel signs stay. Filled as met."""

    def __missing__(self, code: int) -> str | int:
        keeps = unicodedata.category(chr(code))[0] in "LNM"
        self[code] = code if keeps else " "
        return self[code]


_SEPARATORS = _Separators(_ASCII_SEPARATORS)


def fold(text: str) -> str:
    """`text` without case, accents, presentation forms, invisible characters or repeated spaces; digits are ASCII."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())).translate(_LETTERS)
    bare = unicodedata.normalize("NFC", bare)
    if bare.isascii():
        return " ".join(bare.split())
    return " ".join("".join(_plain(character) for character in bare).split())


def indexable(text: str) -> str:
    """The words of `text` as stored for search, joined by spaces."""
    return " ".join(piece for word in _words(text) for piece in _stored(word))


def sqlite_match(query: str) -> str | None:
    """An FTS5 MATCH expression: every word, the last one as a beginning. None when there is nothing to look for."""
    terms = _terms(query)
    if not terms:
        return None
    return " ".join(f'"{term}"' for term in terms) + "*"


def postgres_tsquery(query: str) -> str | None:
    """The same for ``to_tsquery('simple', …)``. None when there is nothing to look for."""
    terms = _terms(query)
    if not terms:
        return None
    return " & ".join(f"'{term}'" for term in terms) + ":*"


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in _WORD.finditer(fold(text).translate(_SEPARATORS)))


def _stored(word: str) -> Iterator[str]:
    """A word itself; an unspaced run as its pairs and its last character, so that each character begins a piece."""
    if not _UNSPACED_RUN.match(word):
        yield word[:LONGEST_TERM]
        return
    for start in range(len(word)):
        yield word[start : start + 2]


def _terms(query: str) -> list[str]:
    """At most MOST_TERMS pieces, without quotes or operators: `_SEPARATORS` took them out."""
    pieces: dict[str, None] = {}
    for word in _words(query[: MOST_TERMS * LONGEST_TERM]):
        run = _UNSPACED_RUN.match(word) and len(word) > 1
        pieces.update(dict.fromkeys([word[at : at + 2] for at in range(len(word) - 1)] if run else [word[:LONGEST_TERM]]))
    return list(pieces)[:MOST_TERMS]


def _plain(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in {"Cf", "Cs", "Cc"}:
        return "" if category == "Cf" else " "
    return character

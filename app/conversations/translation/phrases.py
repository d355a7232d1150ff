"""The phrase book that ships: whole sentences that people translated, or nothing. It never guesses."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.conversations.translation.phrase_table import LANGUAGES, PHRASES
from app.conversations.translation.provider import NotTranslatable
from app.core.search_text import fold

_SLOT = r"(\d[\d:./-]*(?:\s?[AaPp]\.?\s?[Mm]\b\.?)?)"
_SENTENCE = re.compile(r"[^.!?…。！？؟\n]*(?:\d[.:]\d[^.!?…。！？؟\n]*)*[.!?…。！？؟\n]*")
_ENDS = ".!?…。！？؟¡¿ \n\t"
_ASKS = {"ar": "؟", "zh": "？"}
_FULL_STOP = {"zh": "。"}
_CRIES = {"zh": "！"}


@dataclass(frozen=True)
class PhraseBook:
    """Translates a text all of whose sentences are in the book."""

    name: str = "phrases"

    def translate(self, text: str, source: str, target: str) -> str:
        """`text` in `target`, sentence by sentence. Raises NotTranslatable when one sentence is not in the book."""
        ours, theirs = source.split("-", maxsplit=1)[0].lower(), target.split("-", maxsplit=1)[0].lower()
        if ours not in LANGUAGES or theirs not in LANGUAGES:
            raise NotTranslatable
        sentences = [piece for piece in _SENTENCE.findall(text) if piece.strip()]
        if not sentences:
            raise NotTranslatable
        joint = "" if theirs == "zh" else " "
        return joint.join(_translated(sentence.strip(), ours, theirs) for sentence in sentences)


def _translated(sentence: str, source: str, target: str) -> str:
    bare = sentence.strip(_ENDS)
    for pattern, row in _pages(source):
        found = pattern.fullmatch(fold(bare))
        if found is None:
            continue
        words = PHRASES[row][LANGUAGES.index(target)].split("|", maxsplit=1)[0]
        if found.groups():
            value = re.search(_SLOT, bare)
            if value is None:
                break
            words = words.replace("{1}", value[1])
        return words + _ending(sentence, target)
    raise NotTranslatable


def _ending(sentence: str, target: str) -> str:
    """The same tone of voice, with the target's own marks."""
    if "?" in sentence or "؟" in sentence or "？" in sentence:
        return _ASKS.get(target, "?")
    if "!" in sentence or "！" in sentence:
        return _CRIES.get(target, "!")
    return _FULL_STOP.get(target, ".")


@lru_cache(maxsize=len(LANGUAGES))
def _pages(language: str) -> list[tuple[re.Pattern[str], int]]:
    """What is looked for in a language, and in which row it stands."""
    column = LANGUAGES.index(language)
    pages = []
    for row, phrase in enumerate(PHRASES):
        for way in phrase[column].split("|"):
            before, slot, after = fold(way.strip(_ENDS)).partition("{1}")
            pattern = re.escape(before) + (_SLOT if slot else "") + re.escape(after)
            pages.append((re.compile(pattern, re.IGNORECASE), row))
    return pages

"""Languages of one script told apart by their small words and by which letters follow each other."""

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.core.search_text import fold

_DATA = Path(__file__).with_name("data")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")

# Letters that hardly any other of these languages writes, each worth about a small word.
_TELLING: Final[Mapping[str, re.Pattern[str]]] = {
    "vi": re.compile("[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"),
    "es": re.compile("[ñ¿¡]"),
    "pt": re.compile("[ãõ]"),
    "fr": re.compile("[œûîëï]|ç(?=a)"),
    "uk": re.compile("[іїєґ]"),
    "ru": re.compile("[ыэёъ]"),
}
_WORD_WORTH = 3.0
_UNACCENTED_WORTH = 1.2
_LETTERS_WORTH = 0.35
_SMOOTHING = 0.5
_READ = 300


@dataclass(frozen=True, slots=True)
class Score:
    """How well a text fits a language: a sum of logarithms, and how many of its words the language has."""

    language: str
    weight: float
    words: int


@dataclass(frozen=True, slots=True)
class _Profile:
    words: frozenset[str]
    unaccented: frozenset[str]
    trigrams: Mapping[str, float]
    unseen: float


def scores(text: str, among: Collection[str]) -> list[Score]:
    """How well `text` fits each of the languages `among`, which share a script; the best first."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text[:_READ])]
    letters = _trigrams(words)
    found = []
    for language in among:
        profile = _profiles()[language]
        known = [word for word in words if word in profile.words]
        bare = [word for word in words if word in profile.unaccented and word not in profile.words]
        weight = sum(_rarity()[word] for word in known) * _WORD_WORTH + len(bare) * _UNACCENTED_WORTH
        weight += _LETTERS_WORTH * sum(count * profile.trigrams.get(piece, profile.unseen) for piece, count in letters.items())
        if language in _TELLING:
            weight += _WORD_WORTH * min(3, len(_TELLING[language].findall(text[:_READ].lower())))
        found.append(Score(language, weight, len(known) + len(bare)))
    return sorted(found, key=lambda score: -score.weight)


def _trigrams(words: list[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for word in words:
        padded = f" {word} "
        counted.update(padded[start : start + 3] for start in range(len(padded) - 2))
    return counted


@lru_cache(maxsize=1)
def _profiles() -> dict[str, _Profile]:
    stored = json.loads((_DATA / "languages.json").read_text(encoding="utf-8"))
    phrases = json.loads((_DATA / "phrases.json").read_text(encoding="utf-8"))["phrases"]
    counts: dict[str, Counter[str]] = {}
    for language, known in stored.items():
        wordings = [re.sub(r"\{\w+\}", "", wording) for phrase in phrases for wording in phrase.get(language, ())]
        sample = " ".join([known["sample"], known["words"], *wordings]).lower().replace("’", "'")
        counts[language] = _trigrams(_WORD.findall(sample))
    kinds = len(set().union(*counts.values()))
    profiles = {}
    for language, counted in counts.items():
        total = math.log(sum(counted.values()) + _SMOOTHING * kinds)
        words = frozenset(stored[language]["words"].split())
        profiles[language] = _Profile(
            words,
            frozenset(fold(word) for word in words) - words,
            {piece: math.log(count + _SMOOTHING) - total for piece, count in counted.items()},
            math.log(_SMOOTHING) - total,
        )
    return profiles


@lru_cache(maxsize=1)
def _rarity() -> dict[str, float]:
    """1 for a word of one language alone; a word that several share says less."""
    shared = Counter(word for profile in _profiles().values() for word in profile.words)
    return {word: 1 / languages for word, languages in shared.items()}

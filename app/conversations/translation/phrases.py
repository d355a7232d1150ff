"""The phrase book that ships, as one of the translators. It never guesses: a text is known sentence by sentence, or not at all."""

from dataclasses import dataclass

from app.conversations.translation.provider import NotTranslatable
from app.core import phrase_book


@dataclass(frozen=True)
class PhraseBook:
    """Translates a text all of whose sentences are in the book."""

    name: str = "phrases"

    def translate(self, text: str, source: str, target: str) -> str:
        """`text` in `target`. Raises NotTranslatable when one sentence is not in the book."""
        translated = phrase_book.translate(text, source, target)
        if translated is None:
            raise NotTranslatable
        return translated

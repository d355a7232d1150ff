"""Servers that speak LibreTranslate's API: a district may run one of its own."""

from dataclasses import dataclass

from app.conversations.translation.http import post
from app.conversations.translation.provider import TranslatorAway

_CODES = {"zh": "zh", "zh-hant": "zt", "zh-tw": "zt", "zh-hk": "zt"}
"""Where its names of languages differ from ours."""


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """``POST /translate`` of a LibreTranslate-compatible server."""

    url: str
    key: str | None = None
    name: str = "libretranslate"

    def translate(self, text: str, source: str, target: str) -> str:
        """`text` in `target`."""
        body = {"q": text, "source": _code(source), "target": _code(target), "format": "text"}
        if self.key:
            body["api_key"] = self.key
        answer = post(f"{self.url.rstrip('/')}/translate", body)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str) or not translated.strip():
            raise TranslatorAway
        return translated


def _code(language: str) -> str:
    known = _CODES.get(language.lower())
    return known or language.split("-", maxsplit=1)[0].lower()

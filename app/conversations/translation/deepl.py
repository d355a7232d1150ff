"""DeepL's API."""

from dataclasses import dataclass

from app.conversations.translation.http import post
from app.conversations.translation.provider import TranslatorAway

_TARGETS = {"en": "EN-US", "pt": "PT-BR", "zh": "ZH-HANS", "zh-hant": "ZH-HANT", "zh-tw": "ZH-HANT"}
"""As a target it wants to know which kind of these."""


@dataclass(frozen=True, slots=True)
class DeepL:
    """``POST /v2/translate``. A key that ends in :fx belongs to the free plan, which has its own address."""

    key: str
    url: str | None = None
    name: str = "deepl"

    def translate(self, text: str, source: str, target: str) -> str:
        """`text` in `target`, in the formal address where the language has one."""
        body = {
            "text": [text],
            "source_lang": source.split("-", maxsplit=1)[0].upper(),
            "target_lang": _target(target),
            "preserve_formatting": True,
            "formality": "prefer_more",
        }
        answer = post(f"{self._base()}/v2/translate", body, {"Authorization": f"DeepL-Auth-Key {self.key}"})
        found = answer.get("translations") if isinstance(answer, dict) else None
        translated = found[0].get("text") if isinstance(found, list) and found and isinstance(found[0], dict) else None
        if not isinstance(translated, str) or not translated.strip():
            raise TranslatorAway
        return translated

    def _base(self) -> str:
        if self.url:
            return self.url.rstrip("/")
        return "https://api-free.deepl.com" if self.key.endswith(":fx") else "https://api.deepl.com"


def _target(language: str) -> str:
    code = language.lower()
    return _TARGETS.get(code) or _TARGETS.get(code.split("-", maxsplit=1)[0]) or code.split("-", maxsplit=1)[0].upper()

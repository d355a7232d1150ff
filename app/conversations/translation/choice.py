"""Which translator this installation has, and one call to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import lru_cache
from time import monotonic
from typing import cast

from flask import Flask, current_app

from app.config import Settings
from app.conversations.translation.deepl import DeepL
from app.conversations.translation.libretranslate import LibreTranslate
from app.conversations.translation.phrases import PhraseBook
from app.conversations.translation.provider import LONGEST_TEXT, NotTranslatable, Provider, Translated, TranslatorAway, TranslatorRefused
from app.core.database import release_connection

REMEMBERED = 2000
_until: ContextVar[float | None] = ContextVar("until", default=None)


def provider_of(app: Flask) -> Provider | None:
    """The one that the settings name; None where nothing is translated. A test may put its own into the extensions."""
    if "translator" not in app.extensions:
        app.extensions["translator"] = build(app.extensions["settings"])
    return cast("Provider | None", app.extensions["translator"])


def build(settings: Settings) -> Provider | None:
    """The adapter for the settings. One that lacks its address or key refuses when asked, with advice for the admin."""
    if settings.translation == "none":
        return None
    if settings.translation == "libretranslate":
        return LibreTranslate(settings.translation_url, settings.translation_key) if settings.translation_url else Unfinished()
    if settings.translation == "deepl":
        return DeepL(settings.translation_key, settings.translation_url) if settings.translation_key else Unfinished()
    return PhraseBook()


class Reach(StrEnum):
    """What may be hoped for from the translator here."""

    NOTHING = "nothing"
    PHRASES = "phrases"
    """Texts of common sentences; every other one is left as it is."""
    ANYTHING = "anything"


def reach() -> Reach:
    """What pages may promise of translations."""
    provider = provider_of(current_app)
    if provider is None or provider.name == Unfinished.name:
        return Reach.NOTHING
    return Reach.PHRASES if provider.name == PhraseBook.name else Reach.ANYTHING


def is_available() -> bool:
    """Whether anything is translated here; pages say so where it is not."""
    return provider_of(current_app) is not None


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait about so long at most for all texts of the block together. Who is away, or slower, is not asked again in it."""
    token = _until.set(monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def translate(text: str, source: str, target: str) -> Translated:
    """One text in another language, remembered for the next one who asks. Raises TranslationFailed; never in a transaction."""
    provider = provider_of(current_app)
    if provider is None or len(text) > LONGEST_TEXT or not text.strip():
        raise NotTranslatable
    until = _until.get()
    if until is not None and monotonic() > until:
        raise TranslatorAway
    release_connection()
    try:
        return Translated(_remembered(provider, text, source, target), provider.name)
    except (TranslatorAway, TranslatorRefused):
        if until is not None:
            _until.set(0)
        raise


class Unfinished:
    """A provider that was chosen without what it needs."""

    name = "none"

    def translate(self, text: str, source: str, target: str) -> str:
        """Refuse."""
        raise TranslatorRefused


@lru_cache(maxsize=REMEMBERED)
def _remembered(provider: Provider, text: str, source: str, target: str) -> str:
    return provider.translate(text, source, target)

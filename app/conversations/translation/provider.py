"""What every translator does, and the refusals that each one puts its own into."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from flask_babel import gettext as _

from app.core.errors import HomeroomError

LONGEST_TEXT = 5000


class TranslationFailed(HomeroomError):
    """No translation came; the writer's own words can still be sent."""

    code = "translation_failed"


class NotTranslatable(TranslationFailed):
    """This provider cannot do it, now or later: the pair of languages, or these words, are not its."""

    code = "not_translatable"

    def __init__(self, advice: str | None = None) -> None:
        super().__init__(advice or _("This cannot be translated here. Your own words will be sent."))


class TranslatorAway(TranslationFailed):
    """It may work again later."""

    code = "translator_away"
    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(_("The translator does not answer. Try again in a minute, or send your own words."))


class TranslatorRefused(TranslationFailed):
    """The provider does not want us: a wrong key, or its quota is used up."""

    code = "translator_refused"

    def __init__(self) -> None:
        super().__init__(_("The translator refuses this school's key. Tell your admin; your own words can be sent."))


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation and who made it."""

    text: str
    provider: str


class Provider(Protocol):
    """One way to translate. Never called inside a transaction."""

    @property
    def name(self) -> str:
        """Kept as `translated_by` beside each translation."""

    def __hash__(self) -> int:
        """Answers are remembered for each provider."""

    def translate(self, text: str, source: str, target: str) -> str:
        """`text` in the language `target`. Raises a TranslationFailed."""

"""What is written like a field of a text and is none: a name that nobody can fill, or half a field. Each with the texts it stands in."""

from collections.abc import Iterable

from app.announcements.channel_words import place_name
from app.announcements.models import AnnouncementText, Channel
from app.core.merge_fields import half_fields, unknown_fields
from app.core.presentation import gettext as _

Trouble = tuple[str, str, str]
"""A channel, a language, and the name; half a field has its dollar sign."""
MARK = "$"


def troubles(texts: Iterable[AnnouncementText]) -> list[Trouble]:
    """Everything of the kind, once for each text."""
    found: dict[Trouble, None] = {}
    for text in sorted(texts, key=lambda one: (list(Channel).index(Channel(one.channel)), one.language)):
        for words in (text.subject, text.whole):
            found |= {(text.channel, text.language, name): None for name in (*unknown_fields(words), *half_fields(words))}
    return list(found)


def trouble_words(found: Iterable[Trouble]) -> list[str]:
    """What stands in the way, a sentence for each kind."""
    places: dict[str, list[str]] = {}
    for channel, language, name in found:
        places.setdefault(name, []).append(place_name(channel, language))
    named = {name: f"{name} ({'; '.join(where)})" for name, where in places.items()}
    strange = ", ".join(words for name, words in named.items() if MARK not in name)
    half = ", ".join(words for name, words in named.items() if MARK in name)
    sentences = []
    if strange:
        sentences.append(_("Nobody can fill %(names)s. Correct the spelling, or take it out.", names=strange))
    if half:
        sentences.append(
            _(
                "Only half a field, which would go out as it stands: %(names)s. Close it with a second dollar sign, "
                "as in $FirstName$, or put a space after the sign.",
                names=half,
            )
        )
    return [str(sentence) for sentence in sentences]

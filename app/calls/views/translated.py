"""What was said in another language, in the reader's: asked of the translator when somebody wants to read it, and kept nowhere."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls.queries_recordings import words_visible_to
from app.calls.subtitles import SpokenLine
from app.calls.views.player import player_shown, source_of
from app.calls.views.recorded import recorded
from app.conversations.translation.choice import Reach, patience, reach, translate
from app.conversations.translation.facts import lost_facts
from app.conversations.translation.provider import TranslationFailed
from app.core.presentation import gettext as _

PATIENCE = 20.0
"""Seconds for all lines together; whoever asks again goes on where it ended."""


@recorded.get("/<int:recording_id>/translation")
@requires(Permission.READ_CALLS)
def translation(recording_id: int) -> Response:
    """A translation of each line, none for those that could not be had or that are in the reader's language."""
    shown = player_shown(words_visible_to(asker(), recording_id), asker())
    transcript, target = shown["transcript"], asker().language
    spoken: Sequence[SpokenLine] = shown["lines"]
    sources = [source_of(line.words, transcript.language, target) for line in spoken]
    with patience(PATIENCE):
        found = [_translated(line.words, source, target) for line, source in zip(spoken, sources, strict=True)]
    missing = sum(source is not None and one is None for source, one in zip(sources, found, strict=True))
    return jsonify(lines=found, language=target, said=_said(missing, is_any=any(found)), is_whole=not missing)


def _translated(words: str, source: str | None, target: str) -> dict[str, Any] | None:
    if source is None:
        return None
    try:
        text = translate(words, source, target).text
    except TranslationFailed:
        return None
    facts = ", ".join(lost_facts(words, text, source=source, target=target)[:5])
    return {"words": text, "warning": _("The translation lost or changed: %(facts)s.", facts=facts) if facts else ""}


def _said(missing: int, *, is_any: bool) -> str:
    if not missing:
        return _("Translated by software, may have errors")
    if reach() is Reach.PHRASES:
        return _("Only common phrases are translated here. Ask a colleague about the rest.")
    if is_any:
        return _("Not everything could be translated. Try again, or ask a colleague about the rest.")
    return _("The translator had no answer. Try again in a minute, or ask a colleague.")

"""The question of a draft in other languages, by the translator of this installation."""

from dataclasses import replace
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import asking, service
from app.announcements.asking_forms import translated, vars_of
from app.announcements.service import Draft
from app.announcements.views import texts_shown
from app.announcements.views.blueprint import pages
from app.conversations.translation import choice
from app.conversations.translation.provider import NotTranslatable, TranslationFailed
from app.core.presentation import gettext as _
from app.core.presentation import is_language

ALL = "*"
FIELD = "ask-question-"
MOST_LANGUAGES = 20
"""Translated at one press of a button; the next press goes on."""
LONGEST_WAIT = 20.0
"""Seconds for all of them together, and at most one call more."""


@pages.post("/announcements/<int:announcement_id>/translate-question")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def translate_question(announcement_id: int) -> ResponseReturnValue:
    """The question in one language. Changes nothing: the page puts it in and saves it."""
    announcement = service.authored_by(asker(), announcement_id)
    with choice.patience(LONGEST_WAIT):
        wording = _question_in(service.draft_of(announcement), request.form.get("language", ""))
    left = _("What the translator does not know stays empty: write it yourself.")
    said = "" if wording["question"] and all(wording["choices"]) else left
    return jsonify({"question": wording["question"], "choices": wording["choices"], "said": said})


def question_translated(draft: Draft, wanted: str) -> tuple[Draft, str | None]:
    """The draft with its question in a language, or in all that the form shows and nobody wrote yet; and what went wrong."""
    problem = None
    document = draft.asks or {"wordings": {}}
    shown = {name.removeprefix(FIELD)[: asking.LONGEST_CODE] for name in request.form if name.startswith(FIELD)}
    missing = sorted(shown - {_original(draft)} - set(document["wordings"]))
    for language in missing[:MOST_LANGUAGES] if wanted == ALL else [wanted[: asking.LONGEST_CODE]]:
        try:
            wording = _question_in(draft, language)
        except TranslationFailed as refusal:
            problem = problem or refusal.advice
        else:
            document = {**document, "wordings": {**document["wordings"], language: wording}}
    return replace(draft, asks=document), problem


def _question_in(draft: Draft, language: str) -> dict[str, Any]:
    """Raises TranslationFailed."""
    if not is_language(language):
        raise NotTranslatable
    return vars_of(translated(asking.of(draft.asks) or asking.Asked(), _original(draft), language))


def _original(draft: Draft) -> str:
    return draft.fallback_language or texts_shown.home_language(asker().district_id)

"""The question of a draft as the composer shows it: its words in each language, and its rules."""

from dataclasses import dataclass
from typing import Any

from app.announcements import asking
from app.announcements.asking import FEWEST, MOST, Asked, Per, Wording
from app.announcements.models import Announcement, TextOrigin
from app.announcements.service import Draft
from app.announcements.views.texts_shown import Panel
from app.conversations.translation.facts import lost_facts
from app.core.database import db
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import language_name


@dataclass(frozen=True, slots=True)
class AskedIn:
    """The question in one language: always one empty line more than there are choices."""

    language: str
    name: str
    question: str
    choices: list[str]
    shown: int
    """How many lines are offered at once."""
    is_original: bool
    is_machine: bool
    is_written: bool
    warning: str


def shown(announcement: Announcement | None, draft: Draft, panels: dict[str, list[Panel]], home: str, clock: LocalClock) -> dict[str, Any]:
    """What the template asks for."""
    asked = asking.of(draft.asks)
    first = _first(announcement)
    return {
        "asked": asked,
        "asked_before": first,
        "asked_question": asked.wording(draft.fallback_language or home).question if asked else "",
        "asked_in": _languages(asked or Asked(), panels, draft.fallback_language or home),
        "asked_per": [(Per.FAMILY, _("One answer per family")), (Per.PERSON, _("One answer per person"))],
        "asked_closes": clock.local(asked.closes_at).strftime("%Y-%m-%dT%H:%M") if asked and asked.closes_at else "",
    }


def _first(announcement: Announcement | None) -> Announcement | None:
    """The announcement whose question this one repeats."""
    if announcement is None or announcement.survey_of_id is None:
        return None
    return db.session.get(Announcement, announcement.survey_of_id)


def _languages(asked: Asked, panels: dict[str, list[Panel]], original: str) -> list[AskedIn]:
    written = [panel.language for found in panels.values() for panel in found]
    languages = dict.fromkeys([original, *written, *asked.wordings])
    source = asked.wordings.get(original, Wording())
    return [_said(asked.wordings.get(language, Wording()), language, source, original) for language in languages]


def _said(one: Wording, language: str, source: Wording, original: str) -> AskedIn:
    is_original = language == original
    size = len(source.choices)
    lines = min(MOST, max(FEWEST, size) + 1) if is_original else max(FEWEST, size)
    lost: list[str] = []
    if not is_original:
        pairs = zip((source.question, *source.choices), (one.question, *one.choices), strict=False)
        lost = [fact for mine, theirs in pairs if mine and theirs for fact in lost_facts(mine, theirs, source=original, target=language)]
    return AskedIn(
        language, language_name(language), one.question, [*one.choices, *[""] * (MOST - len(one.choices))], lines, is_original,
        one.origin == TextOrigin.MACHINE and not is_original, one.is_complete(size) and size >= FEWEST,
        _("Lost or changed in translation: %(facts)s", facts=", ".join(lost[:5])) if lost else "",
    )  # fmt: skip

"""The question in the composer, read into a document; and its words by the translator."""

from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from app.announcements import asking
from app.announcements.asking import LONGEST_CODE, MOST, Asked, Per, Wording
from app.announcements.local_times import local_moment
from app.announcements.models import TextOrigin
from app.conversations.translation import choice as translator
from app.conversations.translation.provider import TranslationFailed

ENDS = ".。"


def asked_from(form: MultiDict[str, str], before: dict[str, Any] | None, zone: ZoneInfo) -> dict[str, Any] | None:
    """The document of a question. A form that does not show it changes nothing."""
    if "has_ask" not in form:
        return before
    if "ask" not in form:
        return None
    known = asking.of(before) or Asked(has_link=True)
    languages = [name.removeprefix("ask-question-")[:LONGEST_CODE] for name in form if name.startswith("ask-question-")]
    rows = {language: _row(form, language) for language in languages if language}
    kept = [number for number in range(MOST) if any(row["choices"][number].strip() for row in rows.values())]
    for row in rows.values():
        row["choices"] = [row["choices"][number] for number in kept]
    moment = local_moment(form.get("ask_closes", ""), zone)
    return asking.read(
        {
            "wordings": rows or {language: vars_of(one) for language, one in known.wordings.items()},
            "per": form.get("ask_per") if form.get("ask_per") in set(Per) else known.per,
            "may_change": "ask_change" in form if "has_ask_change" in form else known.may_change,
            "has_link": "ask_link" in form if "has_ask_change" in form else known.has_link,
            "closes_at": moment.isoformat() if moment else None,
        }
    ).document()


def vars_of(wording: Wording) -> dict[str, Any]:
    """As a document holds it."""
    return {"question": wording.question, "choices": list(wording.choices), "origin": wording.origin}


def _row(form: MultiDict[str, str], language: str) -> dict[str, Any]:
    is_machine = form.get(f"ask-origin-{language}") == TextOrigin.MACHINE and f"ask-checked-{language}" not in form
    return {
        "question": form.get(f"ask-question-{language}", ""),
        "choices": [form.get(f"ask-choice-{language}-{number}", "") for number in range(1, MOST + 1)],
        "origin": TextOrigin.MACHINE if is_machine else TextOrigin.WRITTEN,
    }


def translated(asked: Asked, original: str, language: str) -> Wording:
    """The question in another language, piece by piece; what the translator does not know stays empty. Raises TranslationFailed."""
    source = asked.wordings.get(original, Wording())
    failure: TranslationFailed | None = None
    pieces = []
    for words in (source.question, *source.choices):
        try:
            found = translator.translate(words, original, language).text if words else ""
        except TranslationFailed as refusal:
            found, failure = "", failure or refusal
        pieces.append(found if words.endswith(tuple(ENDS)) else found.rstrip(ENDS))
    if failure is not None and not any(pieces):
        raise failure
    have = asked.wordings.get(language, Wording())
    choices = [new or old for new, old in zip(pieces[1:], [*have.choices, *[""] * len(pieces)], strict=False)]
    return Wording(pieces[0] or have.question, tuple(choices), TextOrigin.MACHINE)

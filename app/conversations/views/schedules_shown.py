"""Messages for later, as they stand in their place at the end of a thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.conversations.views.bubble_words import words
from app.core.json_rows import moment
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import language_name


@dataclass(frozen=True, slots=True)
class ShownSchedule:
    """One of them."""

    id: int
    is_mine: bool
    text: Markup
    body: str
    words: str
    value: str
    problem: str


def schedule(entries: Iterable[dict[str, Any]], my_id: int, clock: LocalClock, *, language: str | None) -> list[ShownSchedule]:
    """The messages for later out of the thread's head, the next one first."""
    shown = []
    for each in sorted(entries, key=lambda each: (each["due_at"], each["id"])):
        due = moment(each["due_at"])
        going = _("Goes out %(time)s", time=clock.ahead(due))
        if each["translation"] and language:
            going = _("Goes out %(time)s, in %(language)s", time=clock.ahead(due), language=language_name(language))
        local = clock.local(due).strftime("%Y-%m-%dT%H:%M")
        mine = each["staff_id"] == my_id
        shown.append(ShownSchedule(each["id"], mine, words(each["body"]), each["body"], going, local, each["problem"] or ""))
    return shown

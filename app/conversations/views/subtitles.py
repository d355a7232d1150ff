"""The second line of a conversation in words: the children and their grades, or how many guardians a group has."""

import re

from flask_babel import gettext as _
from flask_babel import ngettext

from app.conversations.models import ConversationKind
from app.directory.words import grade_short

GRADE = re.compile(r"\d\d|[A-Z]{2}|Other")


def subtitle_shown(kind: str, facts: str) -> str:
    """The words for the facts of a row, in the reader's language; what older rows keep in words stays as it was written."""
    return _children(facts) if kind == ConversationKind.DIRECT else _guardians(kind, facts)


def _guardians(kind: str, facts: str) -> str:
    count = facts.partition(" ")[0]
    if not count.isdecimal():
        return facts
    if kind == ConversationKind.EACH:
        return str(ngettext("%(num)s guardian · privately", "%(num)s guardians · each privately", int(count)))
    return str(ngettext("%(num)s guardian · group", "%(num)s guardians · group", int(count)))


def _children(facts: str) -> str:
    named, _separator, listed = facts.partition(" · ")
    names = named.split(", ")
    shown = names[0] if len(names) == 1 else str(_("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))
    grades = [grade_short(grade) if GRADE.fullmatch(grade) else grade for grade in listed.split(", ") if grade]
    return f"{shown} · {', '.join(grades)}" if grades else shown

"""What the page of answers shows: bars with their numbers, and people with their answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.announcements.asking import Per
from app.announcements.views.words import zone_of
from app.core.clock import now
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext, numeral
from app.surveys.queries import UNASKED, AnswerRow, Asking, Results, results

TONES = ("brand", "brand2", "faint")


@dataclass(frozen=True, slots=True)
class Bar:
    """One choice. `share` is of all answers, in hundredths of the width."""

    name: str
    number: int
    share: float
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one language or one school, in the order of the choices."""

    name: str
    numbers: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """One line of the table of people."""

    name: str
    student: str
    href: str | None
    language: str | None
    answer: str
    how: str
    when: str
    write: str | None
    others: tuple[str, ...] = ()
    """What other adults of the family answered instead."""


def head(one: Asking) -> dict[str, Any]:
    """Everything but the people."""
    found, clock = results(one), local_clock(zone_of(one.announcement))
    is_open = one.survey.closes_at > now()
    when = clock.full(one.survey.closes_at)
    return {
        "announcement": one.announcement,
        "question": one.wording.question,
        "choices": list(one.wording.choices),
        "is_open": is_open,
        "closes": _("Open until %(when)s", when=when) if is_open else _("Closed since %(when)s", when=when),
        "closes_at": one.survey.closes_at.isoformat(),
        "until": clock.local(one.survey.closes_at).strftime("%Y-%m-%dT%H:%M"),
        "rules": _rules(one),
        "answers": found.answers,
        "units": found.units,
        "silent": max(0, found.units - found.answers),
        "uncounted": _uncounted_words(one, found.uncounted) if found.uncounted else "",
        "unasked": _unasked_words(one, found.unasked) if found.unasked else "",
        "number_words": _asked_words(one, found.units),
        "bars": _bars(one, found),
        "languages": _parts(one, {language_name(code): counted for code, counted in found.languages.items()}),
        "schools": _parts(one, found.schools),
        "channels": [(channel_words(name), number) for name, number in found.channels.most_common()],
    }


def _rules(one: Asking) -> str:
    whose = _("One answer per family") if one.survey.per == Per.FAMILY else _("One answer per person")
    which = _("the last one counts") if one.survey.may_change else _("the first one counts")
    return f"{whose}, {which}"


def _asked_words(one: Asking, units: int) -> str:
    if one.survey.per == Per.FAMILY:
        return str(ngettext("family answered", "families answered", units))
    return str(ngettext("person answered", "people answered", units))


def _unasked_words(one: Asking, units: int) -> str:
    if one.survey.per == Per.FAMILY:
        return str(ngettext("%(num)s family has not got the question.", "%(num)s families have not got the question.", units))
    return str(ngettext("%(num)s person has not got the question.", "%(num)s people have not got the question.", units))


def _uncounted_words(one: Asking, units: int) -> str:
    if one.survey.per == Per.FAMILY:
        whose = ngettext("%(num)s family", "%(num)s families", units)
    else:
        whose = ngettext("%(num)s person", "%(num)s people", units)
    return _("Wrote something that was not counted: %(whose)s", whose=whose)


def _bars(one: Asking, found: Results) -> list[Bar]:
    everything = found.answers or 1
    bars = []
    for number, name in enumerate(one.wording.choices, start=1):
        n = found.choices[number]
        share = 100 * n / everything
        bars.append(Bar(name, n, share, _("%(number)s (%(percent)s %%)", number=numeral(n), percent=round(share))))
    return bars


def _parts(one: Asking, counted: dict[str, Counter[int]]) -> list[Part]:
    size = len(one.wording.choices)
    found = [Part(name, [each[number] for number in range(1, size + 1)], each.total()) for name, each in counted.items()]
    return sorted(found, key=lambda part: -part.total) if len(found) > 1 else []


def channel_words(channel: str | None) -> str:
    """By which way somebody answered."""
    return {"sms": _("Text"), "voice": _("Voice call"), "web": _("Web page")}.get(channel or "", "")


def answer_words(choice: int, choices: Sequence[str]) -> str:
    """What somebody answered; nothing for who was silent."""
    if choice == UNASKED:
        return _("Has not got the question")
    return choices[choice - 1] if 0 < choice <= len(choices) else ""


def row_shown(row: AnswerRow, choices: Sequence[str], clock: LocalClock) -> AnswersPage:
    """One adult with the answer."""
    return AnswersPage(
        row.name.strip(), row.student.strip(), f"/families/guardian/{row.guardian_id}" if row.guardian_id else None, row.language,
        answer_words(row.choice, choices), channel_words(row.channel),
        clock.short(row.answered_at) if row.answered_at else "",
        f"/conversations/new?contact_point={row.contact_point_id}" if row.contact_point_id and row.guardian_id else None,
        tuple(_other(*each) for each in other_answers(row, choices)),
    )  # fmt: skip


def other_answers(row: AnswerRow, choices: Sequence[str]) -> list[tuple[str, str]]:
    """Which other adults of the family answered otherwise, and what."""
    return [(name or _("Another adult"), answer_words(choice, choices)) for name, choice in row.others]


def _other(name: str, said: str) -> str:
    return _("%(name)s answered “%(choice)s”, which does not count", name=name, choice=said)

"""How many people and families an audience has, over all channels, each counted once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select

from app.announcements.models import SendTo, SkipReason
from app.announcements.people import GUARDIAN
from app.announcements.verdicts import Question, judged
from app.core.database import db

IN_THE_WAY = (
    SkipReason.OPTED_OUT, SkipReason.NOT_PERMITTED, SkipReason.OFF_RECORD, SkipReason.CHANGED, SkipReason.WRONG, SkipReason.DEAD,
    SkipReason.NO_TEXT, SkipReason.NO_TEXTS, SkipReason.NO_ADDRESS,
)  # fmt: skip
"""Of several ways that are all closed to somebody, the first of these is the reason: without it one way at least would be open."""
REACHED = 0


@dataclass(frozen=True, slots=True)
class Heads:
    """Who is reached hears it at all: whose phone another person of the audience shares hears it there."""

    families: int
    families_reached: int
    people: int
    people_reached: int
    missed: dict[str, int] = field(default_factory=dict)
    """Everybody else, each once, by reason."""


def heads(questions: list[Question], groups: Iterable[Any]) -> Heads:
    """Of these `questions`, one for each channel; `groups` are the verdicts of the only one: their source, reason and number.

    Over one channel everybody is there once. Then only families are asked for, and not even these where each adult is a family.
    """
    if len(questions) != 1:
        return _asked(questions) if questions else Heads(0, 0, 0, 0)
    people = [(row.source, row.number, row.reason in {None, SkipReason.SAME_ADDRESS}) for row in groups]
    everybody, reached = sum(number for _, number, _ in people), sum(number for _, number, hears in people if hears)
    missed: dict[str, int] = {}
    for row in groups:
        if row.reason not in {None, SkipReason.SAME_ADDRESS}:
            missed[row.reason] = missed.get(row.reason, 0) + row.number
    (question,) = questions
    if question.send_to != SendTo.PRIORITY or question.audience.again_of is not None:
        asked = _asked(questions)
        return Heads(asked.families, asked.families_reached, everybody, reached, missed)
    guardians = [(number, hears) for source, number, hears in people if source == GUARDIAN]
    return Heads(sum(number for number, _ in guardians), sum(number for number, hears in guardians if hears), everybody, reached, missed)


def _asked(questions: list[Question]) -> Heads:
    """As the database counts them. It need not know who is first at an address."""
    rows = [judged(question) for question in questions]
    every = rows[0].union_all(*rows[1:]).subquery() if len(rows) > 1 else rows[0].subquery()
    if len(questions) == 1:
        families = (func.count(every.c.family_id.distinct()), func.count(case((every.c.reason.is_(None), every.c.family_id)).distinct()))
        found = db.session.execute(select(*families)).one()
        return Heads(found[0], found[1], 0, 0)
    ranks = {reason: rank for rank, reason in enumerate(IN_THE_WAY, start=REACHED + 1)}
    rank = case((every.c.reason.is_(None), REACHED), *((every.c.reason == reason.value, n) for reason, n in ranks.items()))
    person = (every.c.person_id * 4 + every.c.source).label("person")
    each = select(person, every.c.family_id, func.min(rank).label("best")).group_by(person, every.c.family_id).subquery()
    is_reached = each.c.best == REACHED
    counted = db.session.execute(
        select(
            func.count(each.c.family_id.distinct()),
            func.count(case((is_reached, each.c.family_id)).distinct()),
            func.count(each.c.person.distinct()),
            func.count(case((is_reached, each.c.person)).distinct()),
            *(func.count(case((each.c.best == n, 1))) for n in ranks.values()),
        )
    ).one()
    missed = {reason.value: number for reason, number in zip(ranks, counted[4:], strict=True) if number}
    return Heads(*counted[:4], missed)

"""How many people and families an audience has, over all channels, each counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from app.announcements.models import SendTo, SkipReason
from app.announcements.people import GUARDIAN
from app.announcements.verdicts import Question, judged
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Heads:
    """Who is reached hears it at all: whose phone another person of the audience shares hears it there."""

    families: int
    families_reached: int
    people: int
    people_reached: int


def heads(questions: list[Question], groups: Iterable[Any]) -> Heads:
    """Of these `questions`, one for each channel; `groups` are the verdicts of the only one: their source, reason and number.

    Over one channel everybody is there once. Then only families are asked for, and not even these where each adult is a family.
    """
    if len(questions) != 1:
        return _asked(questions) if questions else Heads(0, 0, 0, 0)
    people = [(row.source, row.number, row.reason in {None, SkipReason.SAME_ADDRESS}) for row in groups]
    everybody, reached = sum(number for _, number, _ in people), sum(number for _, number, hears in people if hears)
    (question,) = questions
    if question.send_to != SendTo.PRIORITY or question.audience.again_of is not None:
        asked = _asked(questions)
        return Heads(asked.families, asked.families_reached, everybody, reached)
    guardians = [(number, hears) for source, number, hears in people if source == GUARDIAN]
    return Heads(sum(number for number, _ in guardians), sum(number for number, hears in guardians if hears), everybody, reached)


def _asked(questions: list[Question]) -> Heads:
    """As the database counts them. It need not know who is first at an address."""
    rows = [judged(question) for question in questions]
    every = rows[0].union_all(*rows[1:]).subquery() if len(rows) > 1 else rows[0].subquery()
    families = (func.count(every.c.family_id.distinct()), func.count(case((every.c.reason.is_(None), every.c.family_id)).distinct()))
    if len(questions) == 1:
        found = db.session.execute(select(*families)).one()
        return Heads(found[0], found[1], 0, 0)
    person = every.c.person_id * 4 + every.c.source
    people = (func.count(person.distinct()), func.count(case((every.c.reason.is_(None), person)).distinct()))
    return Heads(*db.session.execute(select(*families, *people)).one())

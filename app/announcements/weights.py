"""What copies of a text really take, whose fields are filled in: a letter of a name may make two texts of one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select

from app.accounts.models import Staff
from app.announcements.channels import Weight
from app.announcements.models import Announcement, AnnouncementText
from app.announcements.tokens import Reader, Values
from app.announcements.verdicts import Question, Span, judged, last_person, verdicts
from app.core.database import db
from app.core.merge_fields import render

LOOKED_AT, SORTED = 300, 20_000
"""People whose copies are weighed; and of more people than that not all are judged to find these."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Of one copy, on the average."""

    units: float
    cents: float


@dataclass(frozen=True, slots=True)
class Looked:
    """One of those who are weighed."""

    id: int
    guardian_id: int | None
    staff_id: int | None
    list_row_id: int | None
    student_id: int | None
    language: str


def some(announcement: Announcement, author: Staff, question: Question, people: int) -> list[tuple[str, Values]]:
    """The language and the values of some who get it: of all, where these are few."""
    rows: Any = verdicts(question).subquery()
    if people > SORTED:
        rows = judged(question, Span(literal(0), literal(db.session.scalar(last_person(question, 0, SORTED)) or 0))).subquery()
    columns = (rows.c.person_id, rows.c.guardian_id, rows.c.staff_id, rows.c.list_row_id, rows.c.student_id, rows.c.language)
    found = [Looked(*row) for row in db.session.execute(select(*columns).where(rows.c.reason.is_(None)).limit(LOOKED_AT))]
    values = Reader(announcement, author).values(found)
    return [(one.language, values[one.id]) for one in found]


def means(
    question: Question, texts: dict[str, AnnouncementText], readers: Sequence[tuple[str, Values]], settings: dict[str, Any]
) -> dict[str, Mean]:
    """By language, where any of `readers` reads it."""
    weighed: dict[str, list[Weight]] = defaultdict(list)
    for language, values in readers:
        if language in texts:
            weighed[language].append(question.channel.weigh(_filled(texts[language], values), settings))
    return {
        language: Mean(sum(one.units for one in found) / len(found), sum(float(one.cents) for one in found) / len(found))
        for language, found in weighed.items()
    }


def _filled(text: AnnouncementText, values: Values) -> AnnouncementText:
    words = render(text.whole, values).text
    return AnnouncementText(channel=text.channel, language=text.language, body=words, head="", tail="", links=[], media=text.media)

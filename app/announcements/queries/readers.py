"""Who reads an announcement: their languages, and a few of them by name for the preview."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, func, literal, select

from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementListRow
from app.announcements.people import people
from app.announcements.planner import Plan, questions
from app.announcements.ranks import Rank
from app.announcements.tokens import Reader
from app.announcements.verdicts import Question, Span, has_chosen, judged, last_person, verdicts
from app.core.database import db
from app.core.merge_fields import render
from app.directory.models import Guardian

FEW = 12
LOOKED_AT, MOST_LOOKS = 500, 6
"""People of a district at a time, and how often, before everybody is looked at."""
MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who gets it. The fields that `tokens.Reader` asks a recipient for, and a name."""

    id: int
    guardian_id: int | None
    staff_id: int | None
    list_row_id: int | None
    student_id: int | None
    language: str
    name: str
    address: str | None = None


def languages_read(asked: dict[str, Question]) -> dict[str, dict[str, int]]:
    """How many of those who can be reached over each channel read each language."""
    found: dict[str, dict[str, int]] = {}
    for name, question in asked.items():
        rows = people(question, None, only_chosen=False).subquery()
        counted = db.session.execute(
            select(func.coalesce(rows.c.spoken, "en"), func.count(rows.c.address.distinct()))
            .where(rows.c.quality == int(Rank.USABLE))
            .group_by(func.coalesce(rows.c.spoken, "en"))
        )
        found[name] = {row[0]: row[1] for row in counted}
    return found


def readers_of(plan: Plan, read: Callable[[], dict[str, dict[str, int]]], fallback: str | None) -> dict[str, dict[str, int]]:
    """By channel, how many of those who get it read each language, most first: they add up to the channel.

    Who gets nothing for want of words in the own language is counted, too, as `read` says, which is asked only then.
    """
    found: dict[str, dict[str, int]] = {}
    for name, one in plan.channels.items():
        own = Counter({each.language: each.people for each in one.languages}) + Counter(one.unread)
        if fallback is not None:
            own[fallback] -= sum(one.unread.values())
        own = +own
        if fallback is None or not own:
            own = Counter(read().get(name, {}) | own)
        found[name] = dict(own.most_common())
    return found


def find_reader(announcement: Announcement, author: Staff, channel: str, person_id: int | None) -> Named | None:
    """Somebody who gets it over a channel: this person, or else the first. None where nobody does."""
    question = asked_of(announcement, author).get(channel)
    if question is None:
        return None
    found = some_readers(question, person_id=person_id) if person_id is not None else []
    return next(iter(found or some_readers(question)), None)


def some_readers(question: Question, *, words: str = "", person_id: int | None = None) -> list[Named]:
    """A few who get it over a channel, one of each language first; only those whose name has all of `words`, or only one person."""
    if not words and person_id is None and not has_chosen(question):
        first_ones = _first_readers(question)
        if {one.language for one in first_ones} == set(question.languages):
            return first_ones
    rows = verdicts(question).subquery()
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, AnnouncementListRow.name, "")
    turn = func.row_number().over(partition_by=rows.c.language, order_by=(rows.c.source, rows.c.person_id)).label("turn")
    first = (
        select(
            rows.c.person_id,
            rows.c.guardian_id,
            rows.c.staff_id,
            rows.c.list_row_id,
            rows.c.student_id,
            rows.c.language,
            rows.c.address,
            turn,
        )
        .where(rows.c.reason.is_(None))
        .subquery()
    )
    wanted: list[Any] = [name.icontains(word, autoescape=True) for word in words.split()[:MOST_WORDS]]
    if person_id is not None:
        wanted.append(first.c.person_id == person_id)
    found: Any = db.session.execute(
        select(
            first.c.person_id,
            first.c.guardian_id,
            first.c.staff_id,
            first.c.list_row_id,
            first.c.student_id,
            first.c.language,
            name,
            first.c.address,
        )
        .select_from(first)
        .outerjoin(Guardian, Guardian.id == first.c.guardian_id)
        .outerjoin(Staff, Staff.id == first.c.staff_id)
        .outerjoin(AnnouncementListRow, AnnouncementListRow.id == first.c.list_row_id)
        .where(*wanted)
        .order_by(first.c.turn, first.c.language)
        .limit(FEW)
    )
    return [Named(*row) for row in found]


def _first_readers(question: Question) -> list[Named]:
    """The same of the first people of an audience: for most, these are enough, and to sort everybody takes seconds."""
    after, seen, by_language = 0, set[str](), defaultdict[str, list[Named]](list)
    for _look in range(MOST_LOOKS):
        through = db.session.scalar(last_person(question, after, LOOKED_AT))
        if through is None or all(len(by_language[language]) >= FEW for language in question.languages):
            break
        rows = judged(question, Span(literal(after, BigInteger), literal(through, BigInteger))).subquery()
        name = func.trim(Guardian.given_name + " " + Guardian.family_name)
        query = (
            select(rows.c.person_id, rows.c.guardian_id, rows.c.student_id, rows.c.language, rows.c.address, name)
            .join(Guardian, Guardian.id == rows.c.guardian_id)
            .where(rows.c.reason.is_(None))
            .order_by(rows.c.person_id)
        )
        for person, guardian, student, language, address, shown in db.session.execute(query):
            if address not in seen:
                by_language[language].append(Named(person, guardian, None, None, student, language, shown, address))
                seen.add(address)
        after = through
    turns = [(turn, language, one) for language, found in by_language.items() for turn, one in enumerate(found)]
    return [one for _turn, _language, one in sorted(turns, key=lambda each: each[:2])[:FEW]]


def words_for(announcement: Announcement, author: Staff, channel: str, reader: Named) -> tuple[str, str]:
    """The subject and the body that one of them gets."""
    text = next(each for each in announcement.texts if each.channel == channel and each.language == reader.language)
    values = Reader(announcement, author).values([reader])[reader.id]
    return render(text.subject, values).text, render(text.whole, values).text


def asked_of(announcement: Announcement, author: Staff) -> dict[str, Question]:
    """The questions of its channels, without the pools that would speak. Raises ChannelAway."""
    return {name: question for name, (question, _pool) in questions(announcement, author).items()}

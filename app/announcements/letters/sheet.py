"""One family's page: the school, the day, whom it is for, and the words, all in the family's language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError, dates
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.announcements import asking, tokens
from app.announcements.answer_codes import answer_address
from app.announcements.asking import Wording
from app.announcements.asking_words import on_the_web
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementText, Channel
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import zone_of
from app.core.merge_fields import MergeField, render, without_fields
from app.core.paper import Paper
from app.core.phone_numbers import for_people
from app.directory.models import District, Guardian, School, Student

PHRASES = Path(__file__).with_name("phrases.json")
PREFERRED = (Channel.EMAIL, Channel.SMS, Channel.VOICE)
"""Whose words a letter takes: the most complete ones."""


class Addressee(NamedTuple):
    """As `tokens.Reader` asks."""

    id: int
    guardian_id: int | None
    staff_id: int | None
    list_row_id: int | None
    student_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class FamilyLetter:
    """What stands on one page."""

    school: str
    phone: str | None
    day: date
    language: str
    student: str
    title: str
    body: str
    body_language: str
    asked: Wording | None = None
    """The question that goes along, to be ticked."""
    answer_at: str | None = None
    """Where it is answered on the web. Not by who stands on no record."""


@cache
def _phrases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(PHRASES.read_text(encoding="utf-8"))
    return found


def letters_of(announcement: Announcement, rows: Sequence[AnnouncementLetter]) -> list[FamilyLetter]:
    """What the letters of some families say; a fixed number of queries for all of them."""
    district = db.session.get_one(District, announcement.district_id)
    home = announcement.fallback_language or district.language
    adults = [row.family_key for row in rows if row.family_key > 0]
    spoken = {row[0]: row[1] for row in db.session.execute(select(Guardian.id, Guardian.language).where(Guardian.id.in_(adults)))}
    students = _students([row.student_id for row in rows if row.student_id])
    schools = {school.id: school for school in db.session.scalars(select(School).where(School.district_id == announcement.district_id))}
    addressees = [
        Addressee(row.id, row.family_key if row.family_key > 0 else None, None, None, row.student_id, spoken.get(row.family_key) or home)
        for row in rows
    ]
    values = tokens.Reader(announcement, db.session.get_one(Staff, announcement.author_id)).values(addressees)
    question = asking.of(announcement.asks)
    letters = []
    for one in addressees:
        name, school_id = students.get(one.student_id or 0, ("", None))
        school = schools.get(announcement.school_id or school_id or 0)
        mine = values[one.id]
        mine[MergeField.STUDENT_NAME] = mine.get(MergeField.STUDENT_NAME) or name
        text = text_in(announcement, one.language)
        title = _filled(text.subject.strip() if text else "", mine) or announcement.title
        phone = school.phone if school else None
        letters.append(
            FamilyLetter(
                school=school.name if school else district.name, phone=for_people(phone) if phone else None,
                day=now().astimezone(zone_of(school.time_zone if school else district.time_zone)).date(), language=one.language,
                student=mine[MergeField.STUDENT_NAME] or "", title=title,
                body=_filled(text.body if text else "", mine), body_language=text.language if text else home,
                asked=question.wording(one.language, home) if question else None,
                answer_at=answer_address(one.id) if question and one.guardian_id is not None else None,
            )
        )  # fmt: skip
    return letters


def text_in(announcement: Announcement, language: str) -> AnnouncementText | None:
    """The words for a reader of a language, from the channel with the most to say; else those for who reads none of them."""
    for channel in (*(name for name in PREFERRED if name in announcement.channels), *PREFERRED):
        texts = {text.language: text for text in announcement.texts if text.channel == channel and text.body.strip()}
        roots = {code.split("-")[0]: text for code, text in reversed(list(texts.items()))}
        found = texts.get(language) or roots.get(language.split("-", maxsplit=1)[0]) or texts.get(announcement.fallback_language or "")
        if found is not None or texts:
            return found or next(iter(texts.values()))
    return None


def draw(paper: Paper, letter: FamilyLetter) -> None:
    """Put it on a page of its own."""
    to_family, questions = _phrases().get(letter.language.split("-")[0], _phrases()["en"])
    spoken = letter.language if letter.language.split("-")[0] in _phrases() else "en"
    paper.page()
    paper.words(letter.school, "en", size=17, bold=True, along=spoken)
    paper.words(day_in(letter.day, spoken), spoken, size=10.5, faint=True)
    paper.gap(2)
    paper.rule()
    paper.gap(8)
    if letter.student:
        paper.words(to_family.format(student=letter.student), spoken, size=12)
        paper.gap(6)
    paper.words(letter.title, letter.body_language, size=14, bold=True)
    paper.gap(3)
    paper.words(letter.body, letter.body_language)
    if letter.asked is not None:
        paper.gap(8)
        paper.words(letter.asked.question, letter.body_language, size=12.5, bold=True)
        for choice in letter.asked.choices:
            paper.gap(2)
            paper.words(f"[    ]  {choice}", letter.body_language, size=12)
        if letter.answer_at is not None:
            paper.gap(4)
            paper.words(on_the_web(letter.body_language), letter.body_language, size=10.5)
            paper.words(letter.answer_at, "en", size=12, bold=True, along=letter.body_language)
    if letter.phone:
        paper.gap(8)
        paper.words(questions.format(phone=letter.phone), spoken, size=10.5, faint=True)


def day_in(day: date, language: str) -> str:
    """A date as readers of a language write it in full."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(dates.format_date(day, "full", locale=locale))


def _filled(text: str, values: tokens.Values) -> str:
    """With the family's own words; a field without a value leaves a gap, which paper can bear."""
    return without_fields(render(text, values).text)


def _students(ids: list[int]) -> dict[int, tuple[str, int]]:
    shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name) + " " + Student.family_name
    rows = db.session.execute(select(Student.id, shown, Student.school_id).where(Student.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}

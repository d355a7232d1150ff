"""What others announced to the families of a teacher, and whether it reached them; never the report of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import selectinload

from app.accounts.behind import name_behind
from app.accounts.models import Role, Staff
from app.announcements.further import after_each
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementRecipient
from app.announcements.queries import announcement_is_visible_to
from app.announcements.queries.families import FamilyRow, rows_of
from app.announcements.queries.fates import WHO_GOT_IT, Fate, each_family, each_family_of_each, with_twins
from app.announcements.recipients_again import who_answered_each
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.directory.models import Guardianship, School, Student
from app.directory.queries.reach import student_is_within_reach_of, students_taught_by

ROWS = 20


@dataclass(frozen=True, slots=True)
class ToHers:
    """An announcement of somebody else, and how many of the teacher's families it went to and reached."""

    id: int
    title: str
    category: str
    channels: list[str]
    author: str
    system: str | None
    """Which acted in the author's name."""
    school: str | None
    at: datetime
    state: str
    families: int = 0
    reached: int = 0


def sees_only_classes(staff: Staff) -> bool:
    """Whether somebody reads no reports of others, but has families that these went to."""
    return staff.role == Role.TEACHER


def announced_to_hers(staff: Staff, cursor: str | None) -> Page[ToHers]:
    """The newest first, each with the numbers that its own page shows. Queries are bounded by the teacher's own families.

    A fixed number of them for all together, and one for each link of the longest chain that was sent on.
    """
    adults = _adults(staff)
    one = Announcement
    asked_with = case((one.asks.is_not(None), func.coalesce(one.survey_of_id, one.id))).label("survey_id")
    query = (
        select(one.id, one.title, one.category, one.channels, Staff.name.label("author"),
               name_behind(one.bearer_id, one.author_id).label("system"), one.started_at.label("at"), one.state,
               func.coalesce(School.short_name, School.name).label("school"), asked_with)
        .join(Staff, Staff.id == one.author_id)
        .outerjoin(School, School.id == one.school_id)
        .where(*_is_to(staff, adults), one.escalation_of_id.is_(None))
    )  # fmt: skip
    page = page_of_rows(db.session(), query, [one.id], limit=ROWS, cursor=cursor)
    fates = _fates_of_each(staff.district_id, {row.id: row.survey_id for row in page.rows}, adults)
    lines = [_line(row, len(fates[row.id]), _reached(fates[row.id])) for row in page.rows]
    return Page(lines, page.next_cursor, page.previous_cursor)


def ways_to_hers(staff: Staff, announcement_ids: Collection[int]) -> dict[int, str]:
    """Where a teacher reads what of these went to families of hers; two queries, and none for anybody else."""
    if not announcement_ids or not sees_only_classes(staff):
        return {}
    query = select(Announcement.id).where(Announcement.id.in_(announcement_ids), *_is_to(staff, _adults(staff)))
    return {number: f"/announcements/{number}/families" for number in db.session.scalars(query)}


def sent_to_hers(staff: Staff, announcement_id: int) -> Announcement:
    """The announcement, for a teacher whose families it went to. Raises NotVisible."""
    if not sees_only_classes(staff):
        raise NotVisible
    query = select(Announcement).where(Announcement.id == announcement_id, *_is_to(staff, _adults(staff)))
    found = db.session.scalar(query.options(selectinload(Announcement.texts)))
    if found is None:
        raise NotVisible
    return found


def families_of_hers(staff: Staff, announcement: Announcement) -> tuple[list[FamilyRow], int]:
    """What became of each of the teacher's families, and how many were reached, as the report counts it. A class is a page."""
    adults = _adults(staff)
    fates = _fates(announcement.id, adults)
    return rows_of(announcement, list(fates), and_(*_are(adults)), staff), _reached(fates)


def _fates(announcement_id: int, adults: Collection[int]) -> dict[int, int]:
    """What became of each of these families."""
    each = each_family(announcement_id).where(*_are(adults)).subquery()
    rows = db.session.execute(select(each.c.family_id, each.c.fate).order_by(each.c.family_id))
    return {int(row[0]): int(row[1]) for row in rows}


def _reached(fates: dict[int, int]) -> int:
    return sum(fate == Fate.REACHED for fate in fates.values())


def _line(row: Any, families: int, reached: int) -> ToHers:
    return ToHers(row.id, row.title, row.category, row.channels, row.author, row.system, row.school, row.at, row.state, families, reached)


def _fates_of_each(district_id: int, asked: Mapping[int, int | None], adults: Collection[int]) -> dict[int, dict[int, int]]:
    """Of several announcements, given with the ids of their questions: what became of each of these families, as `_fates` says it."""
    if not asked:
        return {}
    after = after_each(district_id, asked)
    members = {number for _own, every in after.values() for number in every}
    best: dict[int, dict[int, int]] = defaultdict(dict)
    for number, family_id, fate in db.session.execute(each_family_of_each(members).where(*_are(adults))):
        best[number][family_id] = fate
    more: dict[tuple[int, int], int] = _by_letter(asked, adults) | _by_answer(asked, after, members, adults)
    found: dict[int, dict[int, int]] = {}
    for number, (own, every) in after.items():
        families = {family_id for each in own for family_id in best.get(each, ())}
        ways = [best[each] for each in every if each in best]
        found[number] = {
            one: max(more.get((number, one), int(Fate.NO_WAY)), *(way.get(one, int(Fate.NO_WAY)) for way in ways)) for one in families
        }
    return found


def _by_letter(announcement_ids: Collection[int], adults: Collection[int]) -> dict[tuple[int, int], int]:
    letter = AnnouncementLetter
    printed = select(letter.announcement_id, letter.family_key, letter.handed_out_at.is_not(None))
    rows = db.session.execute(printed.where(letter.announcement_id.in_(announcement_ids), letter.family_key.in_(adults)))
    return {(row[0], row[1]): Fate.REACHED if row[2] else Fate.LETTER for row in rows}


def _by_answer(
    asked: Mapping[int, int | None], after: Mapping[int, tuple[set[int], set[int]]], members: Collection[int], adults: Collection[int]
) -> dict[tuple[int, int], int]:
    questions = {survey_id for survey_id in asked.values() if survey_id is not None}
    answers = who_answered_each(questions) if questions else None
    if answers is None:
        return {}
    said, recipient = answers.subquery(), AnnouncementRecipient
    told = with_twins(select(recipient.announcement_id, recipient.family_id, said.c.survey_id).distinct())
    told = told.join(said, said.c.recipient_id == WHO_GOT_IT).where(recipient.announcement_id.in_(members), *_are(adults))
    rows = db.session.execute(told).all()
    return {
        (number, family_id): Fate.REACHED
        for number, (_own, every) in after.items()
        for through, family_id, survey_id in rows
        if through in every and survey_id == asked[number]
    }


def _adults(staff: Staff) -> list[int]:
    query = select(Guardianship.guardian_id).join(Student, Student.id == Guardianship.student_id)
    query = query.where(Guardianship.is_active.is_(True), Student.id.in_(students_taught_by(staff)), student_is_within_reach_of(staff))
    return list(db.session.scalars(query.distinct()))


def _are(adults: Collection[int]) -> list[ColumnElement[bool]]:
    """The conditions on `AnnouncementRecipient`; the first contact of a family is one of its adults."""
    return [AnnouncementRecipient.family_id.in_(adults), AnnouncementRecipient.guardian_id.in_(adults)]


def _is_to(staff: Staff, adults: Collection[int]) -> list[ColumnElement[bool]]:
    to_one = exists().where(AnnouncementRecipient.announcement_id == Announcement.id, *_are(adults))
    is_out = Announcement.started_at.is_not(None)
    return [Announcement.district_id == staff.district_id, is_out, ~announcement_is_visible_to(staff), to_one]

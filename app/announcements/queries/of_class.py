"""What others announced to the families of a teacher, and whether it reached them; never the report of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import aliased, selectinload

from app.accounts.models import Role, Staff
from app.announcements.further import comes_from
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementRecipient, SkipReason
from app.announcements.queries import announcement_is_visible_to
from app.announcements.queries.families import FamilyRow, rows_of
from app.announcements.queries.fates import Fate, each_family
from app.announcements.recipients_again import OWNER
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ContactPoint, Guardianship, School, Student
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

    Three for all together, and one more for each that was gone on with, asks something, or was printed: few are.
    """
    adults = _adults(staff)
    one = Announcement
    query = (
        select(one.id, one.title, one.category, one.channels, Staff.name.label("author"), one.started_at.label("at"), one.state,
               func.coalesce(School.short_name, School.name).label("school"), one.asks.is_not(None).label("asks"))
        .join(Staff, Staff.id == one.author_id)
        .outerjoin(School, School.id == one.school_id)
        .where(*_is_to(staff, adults), one.escalation_of_id.is_(None))
    )  # fmt: skip
    page = page_of_rows(db.session(), query, [one.id], limit=ROWS, cursor=cursor)
    ids = [row.id for row in page.rows]
    several = _with_more({row.id for row in page.rows if row.asks}, ids)
    counted = _counted([number for number in ids if number not in several], adults)
    for number in several:
        fates = _fates(number, adults)
        counted[number] = len(fates), _reached(fates)
    lines = [_line(row, *counted[row.id]) for row in page.rows]
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
    return rows_of(announcement, list(fates), and_(*_are(adults))), _reached(fates)


def _fates(announcement_id: int, adults: Collection[int]) -> dict[int, int]:
    """What became of each of these families."""
    each = each_family(announcement_id).where(*_are(adults)).subquery()
    rows = db.session.execute(select(each.c.family_id, each.c.fate).order_by(each.c.family_id))
    return {int(row[0]): int(row[1]) for row in rows}


def _reached(fates: dict[int, int]) -> int:
    return sum(fate == Fate.REACHED for fate in fates.values())


def _line(row: Any, families: int, reached: int) -> ToHers:
    return ToHers(row.id, row.title, row.category, row.channels, row.author, row.school, row.at, row.state, families, reached)


def _with_more(asks: set[int], ids: Collection[int]) -> set[int]:
    """Those where families were reached by more than the announcement itself: by an answer, on paper, or by what was sent on from it."""
    if not ids:
        return set()
    one, letter = Announcement, AnnouncementLetter
    links = select(one.follow_up_of_id, one.correction_of_id, one.escalation_of_id).where(one.id > min(ids), comes_from(set(ids)))
    gone_on = {number for row in db.session.execute(links) for number in row if number is not None}
    printed = set(db.session.scalars(select(letter.announcement_id).where(letter.announcement_id.in_(ids)).distinct()))
    return (asks | gone_on | printed) & set(ids)


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


def _counted(ids: Collection[int], adults: Collection[int]) -> dict[int, tuple[int, int]]:
    """By announcement: how many of these families it was for, and how many got it, be it on a phone they share."""
    recipient, twin, point, one = AnnouncementRecipient, aliased(AnnouncementRecipient), ContactPoint, Delivery
    shares = recipient.reason == SkipReason.SAME_ADDRESS
    is_twin = (twin.announcement_id == recipient.announcement_id, twin.channel == recipient.channel, twin.address == point.address)
    is_theirs = (one.owner_kind == OWNER, one.owner_id == func.coalesce(twin.id, recipient.id), one.state == DeliveryState.DELIVERED)
    each = (
        select(recipient.announcement_id.label("id"), recipient.family_id, func.max(case((one.id.is_not(None), 1), else_=0)).label("got"))
        .select_from(recipient)
        .outerjoin(point, and_(shares, point.id == recipient.contact_point_id))
        .outerjoin(twin, and_(shares, *is_twin))
        .outerjoin(one, and_(*is_theirs))
        .where(recipient.announcement_id.in_(ids), *_are(adults))
        .group_by(recipient.announcement_id, recipient.family_id)
        .subquery()
    )
    rows: Any = db.session.execute(select(each.c.id, func.count(), func.sum(each.c.got)).group_by(each.c.id))
    return dict.fromkeys(ids, (0, 0)) | {row[0]: (row[1], int(row[2])) for row in rows}

"""Who sees which announcements, and the lists of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, bindparam, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased, selectinload

from app.accounts.behind import name_behind
from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementList, AnnouncementState, Outcome, SendTo
from app.announcements.queries.blank import is_blank
from app.conversations.readers import anyone, particulars_of
from app.core import rows
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.core.prepared import Prepared
from app.directory.models import School

ROWS = 50
ABOUT_TO = timedelta(seconds=90)
"""What begins no later than this is under way for who looks at lists."""


def announcement_is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Announcement`: the district's, the schools', or one's own. Drafts of others only for who could send them."""
    if not role_allows(staff.role, Permission.READ_ANNOUNCEMENTS):
        return false()
    mine = Announcement.author_id == staff.id
    if staff.role == Role.DISTRICT_ADMIN:
        reach: ColumnElement[bool] = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE):
        here = Announcement.school_id.in_(staff.school_ids)
        is_out = Announcement.state != AnnouncementState.DRAFT
        reach = here if role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS) else and_(here, is_out)
    else:
        reach = false()
    shared = and_(Announcement.is_template.is_(True), or_(Announcement.school_id.is_(None), Announcement.school_id.in_(staff.school_ids)))
    return and_(Announcement.district_id == staff.district_id, or_(mine, reach, shared))


def announcement_visible_to(staff: Staff, announcement_id: int, *, with_texts: bool = True) -> Announcement:
    """The announcement as it is now, with its texts at once or when they are asked for. Raises NotVisible."""
    if not with_texts:
        return _without_texts(staff, announcement_id)
    query = select(Announcement).where(Announcement.id == announcement_id, announcement_is_visible_to(staff))
    found = db.session.scalar(query.options(selectinload(Announcement.texts)).execution_options(populate_existing=True))
    if found is None:
        raise NotVisible
    return found


def _without_texts(staff: Staff, announcement_id: int) -> Announcement:
    db.session.flush()
    statement = _visible(staff.role)
    found = statement.rows({"id": announcement_id} | particulars_of(staff))
    if not found:
        raise NotVisible
    return rows.loaded(Announcement, statement.read(found[0]))


@lru_cache(maxsize=8)
def _visible(role: str) -> Prepared:
    """Whatever is done with an announcement begins by reading it: built once for each role."""
    columns = select(*rows.columns(Announcement)).select_from(Announcement)
    return Prepared(columns.where(Announcement.id == bindparam("id"), announcement_is_visible_to(anyone(role))))


def ways_to(staff: Staff, announcement_ids: Collection[int]) -> dict[int, str]:
    """The addresses of the reports of those announcements that somebody may see; one query."""
    query = select(Announcement.id).where(Announcement.id.in_(announcement_ids), announcement_is_visible_to(staff))
    return {number: f"/announcements/{number}" for number in db.session.scalars(query)}


def list_visible_to(staff: Staff, list_id: int) -> AnnouncementList:
    """An uploaded list: only its author uses it. Raises NotVisible."""
    found = db.session.scalar(select(AnnouncementList).where(AnnouncementList.id == list_id, AnnouncementList.author_id == staff.id))
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """One line of the list of announcements."""

    id: int
    title: str
    state: str
    category: str
    channels: list[str]
    author_id: int
    author: str
    system: str | None
    """Which acted in the author's name."""
    school: str | None
    numbers: int | None
    """It goes to so many numbers that a program gave, and to nobody else."""
    scheduled_for: datetime | None
    accepted_at: datetime | None
    listed_at: datetime
    again: str | None
    """As `audience.Again`: to whom of an earlier one it goes."""
    is_step: bool
    returned_because: str | None
    returned_by: str | None
    families: dict[str, int] | None
    """As `fates.Fates`, kept a moment ago; None where families are not counted."""
    total: int
    delivered: int
    sent: int
    failed: int


def announcements_of(
    staff: Staff,
    *,
    states: tuple[str, ...] = (),
    mine: bool = False,
    school_id: int | None = None,
    cursor: str | None = None,
    templates: bool = False,
) -> Page[AnnouncementRow]:
    """Announcements, latest first, in some states or all, or the templates, but no draft that is blank; two queries."""
    returner = aliased(Staff)
    query = (
        select(
            Announcement.id, Announcement.title, Announcement.state, Announcement.category, Announcement.channels, Announcement.author_id,
            Staff.name.label("author"),
            name_behind(Announcement.bearer_id, Announcement.author_id).label("system"),
            func.coalesce(School.short_name, School.name).label("school"), AnnouncementList.numbers_given().label("numbers"),
            Announcement.scheduled_for,
            Announcement.accepted_at, Announcement.listed_at,
            Announcement.audience["again"].as_string().label("again"), Announcement.escalation_of_id.is_not(None).label("is_step"),
            Announcement.returned_because, returner.name.label("returned_by"), Announcement.families,
        )
        .join(Staff, Staff.id == Announcement.author_id)
        .outerjoin(returner, returner.id == Announcement.returned_by_id)
        .outerjoin(School, School.id == Announcement.school_id)
        .outerjoin(AnnouncementList, _is_its_only_audience())
        .where(announcement_is_visible_to(staff), Announcement.is_template.is_(templates), not_(is_blank()))
    )  # fmt: skip
    if states:
        query = query.where(_is_in(states))
    if mine:
        query = query.where(Announcement.author_id == staff.id)
    if school_id is not None:
        query = query.where(Announcement.school_id == school_id)
    page = page_of_rows(db.session(), query, [Announcement.listed_at, Announcement.id], limit=ROWS, cursor=cursor)
    numbers: dict[int, dict[str, int]] = {}
    for number, outcome, n in db.session.execute(
        select(AnnouncementCount.announcement_id, AnnouncementCount.outcome, func.sum(AnnouncementCount.n))
        .where(
            AnnouncementCount.announcement_id.in_([row.id for row in page.rows]),
            AnnouncementCount.outcome.in_([Outcome.TOTAL, Outcome.DELIVERED, Outcome.SENT, Outcome.FAILED]),
        )
        .group_by(AnnouncementCount.announcement_id, AnnouncementCount.outcome)
    ):
        numbers.setdefault(number, {})[outcome] = int(n)
    lines = [_row(row, numbers.get(row.id, {})) for row in page.rows]
    return Page(lines, page.next_cursor, page.previous_cursor)


def _is_its_only_audience() -> ColumnElement[bool]:
    """Whether an announcement goes to the lines of a list alone."""
    chosen = Announcement.audience
    return and_(
        Announcement.send_to == SendTo.PERSON, chosen["staff"].as_string().is_(None), AnnouncementList.id == chosen["list_id"].as_integer()
    )


def _is_in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """What begins within moments is under way for who looks, and not scheduled any more."""
    begins = and_(Announcement.state == AnnouncementState.SCHEDULED, Announcement.scheduled_for <= now() + ABOUT_TO)
    if AnnouncementState.PREPARING in states:
        return or_(Announcement.state.in_(states), begins)
    return and_(Announcement.state.in_(states), not_(begins)) if AnnouncementState.SCHEDULED in states else Announcement.state.in_(states)


def _row(row: object, numbers: dict[str, int]) -> AnnouncementRow:
    values = row._asdict()  # type: ignore[attr-defined]  # a row of SQLAlchemy
    return AnnouncementRow(
        **values,
        total=numbers.get(Outcome.TOTAL, 0),
        delivered=numbers.get(Outcome.DELIVERED, 0),
        sent=numbers.get(Outcome.SENT, 0),
        failed=numbers.get(Outcome.FAILED, 0),
    )

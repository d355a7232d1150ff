"""Which voicemails a person sees, and the list as its page needs it.

A box belongs to a person, or to the school's office. Its owner, whom it was assigned to, and who reads all that happens at
the school see it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TextClause, and_, case, exists, false, func, or_, select, text, true

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.accounts.permissions import PERMISSIONS, Permission, role_allows
from app.calls.models import Recording
from app.conversations.readers import anyone, reach_of
from app.core.database import db
from app.core.errors import NotVisible
from app.core.ids import row_number_or_none
from app.core.prepared import Prepared
from app.core.search_text import fold
from app.directory.models import School
from app.voicemail.models import FRESH_ROWS, Greeting, Voicemail

PAGE_SIZE = 50
COUNTED_UP_TO = 100
FRESH, EARLIER = "n", "e"
"""How the place of a page begins: within which group it goes on."""
MOST_COLLEAGUES = 200


class Box(StrEnum):
    """The chips of the list."""

    MINE = "mine"
    """My own box, and what is assigned to me."""
    OFFICE = "office"
    """The school's box, as far as nobody took it."""
    ALL = "all"
    ASSIGNED = "assigned"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list: the new ones first, then those that were heard, each newest first."""

    fresh: list[Row[Any]]
    earlier: list[Row[Any]]
    older: str
    """Where the list goes on; empty at its end."""


def sees_schools(staff: Staff) -> bool:
    """Whether this person reads all that happens at a school."""
    return staff.role == Role.DISTRICT_ADMIN or role_allows(staff.role, Permission.READ_SCHOOL_THREADS)


def boxes_of(staff: Staff) -> list[Box]:
    """The chips that make sense for a person."""
    return [Box.MINE, *([Box.OFFICE, Box.ALL] if sees_schools(staff) else []), Box.ASSIGNED, Box.DONE]


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Voicemail` that every query of this room carries."""
    mine = or_(Voicemail.staff_id == staff.id, Voicemail.assignee_id == staff.id)
    reach: ColumnElement[bool] = mine
    if staff.role == Role.DISTRICT_ADMIN:
        reach = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        reach = or_(mine, Voicemail.school_id.in_(staff.school_ids))
    elif not role_allows(staff.role, Permission.READ_CALLS):
        reach = false()
    return and_(Voicemail.district_id == staff.district_id, reach)


def is_audible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Recording`, for the room of calls."""
    return exists().where(Voicemail.recording_id == Recording.id, is_visible_to(staff))


def voicemail_visible_to(staff: Staff, voicemail_id: int) -> Voicemail:
    """The voicemail. Raises NotVisible."""
    found = db.session.scalar(select(Voicemail).where(Voicemail.id == voicemail_id, is_visible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def is_in(box: Box, staff: Staff) -> ColumnElement[bool]:
    """What a chip narrows the list to."""
    is_open = Voicemail.done_at.is_(None)
    if box is Box.MINE:
        own = and_(Voicemail.staff_id == staff.id, or_(Voicemail.assignee_id.is_(None), Voicemail.assignee_id == staff.id))
        return and_(is_open, or_(own, Voicemail.assignee_id == staff.id))
    if box is Box.OFFICE:
        return and_(is_open, Voicemail.staff_id.is_(None), Voicemail.assignee_id.is_(None))
    if box is Box.ASSIGNED:
        return and_(is_open, Voicemail.assignee_id.is_not(None))
    return Voicemail.done_at.is_not(None) if box is Box.DONE else is_open


def rows_of(staff: Staff, box: Box, *, words: str = "", after: str = "", size: int = PAGE_SIZE) -> Listed:
    """One page of the list; one query for each of its groups. `after` is `older` of the page before.

    With words all that the person sees is searched: names, numbers, and what was said.
    """
    pieces = fold(words).split()
    narrowed = [Voicemail.search_text.contains(piece, autoescape=True) for piece in pieces] if pieces else [is_in(box, staff)]
    wanted = _columns().where(is_visible_to(staff), *narrowed)
    group, place = after[:1], row_number_or_none(after[1:])
    fresh: list[Row[Any]] = []
    if group != EARLIER:
        fresh = _stretch(wanted.where(_is_fresh()), place, size)
        if len(fresh) > size:
            return Listed(fresh[:size], [], f"{FRESH}{fresh[size - 1].id}")
    room = size - len(fresh)
    earlier = _stretch(wanted.where(text(f"NOT ({FRESH_ROWS})")), place if group == EARLIER else None, room)
    older = f"{EARLIER}{earlier[room - 1].id}" if room and len(earlier) > room else EARLIER if len(earlier) > room else ""
    return Listed(fresh, earlier[:room], older)


def _is_fresh() -> TextClause:
    return text(FRESH_ROWS)


def _stretch(wanted: Select[*tuple[Any, ...]], before: int | None, size: int) -> list[Row[Any]]:
    if before is not None:
        wanted = wanted.where(Voicemail.id < before)
    return list(db.session.execute(wanted.order_by(Voicemail.id.desc()).limit(size + 1)))


def row_of(staff: Staff, voicemail_id: int, box: Box) -> Row[Any]:
    """One row as the list shows it. Raises NotVisible when it is not, or no longer, in that list."""
    wanted = _columns().where(Voicemail.id == voicemail_id, is_visible_to(staff), is_in(box, staff))
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotVisible
    return found


def counts_of(staff: Staff) -> dict[str, int]:
    """How many new ones each chip has; one query."""
    fresh = and_(is_visible_to(staff), _is_fresh())
    boxes = [box for box in boxes_of(staff) if box is not Box.DONE]
    numbers = [func.coalesce(func.sum(case((is_in(box, staff), 1), else_=0)), 0).label(box.value) for box in boxes]
    row = db.session.execute(select(*numbers).select_from(Voicemail).where(fresh)).one()
    return {box.value: int(row._mapping[box.value]) for box in boxes}  # noqa: SLF001  # SQLAlchemy's documented name


def badge_of(staff: Staff) -> int:
    """The number on the rail: new ones that are this person's, and for who sorts them those of the office; at most COUNTED_UP_TO."""
    return int(_badge(staff.role).rows(reach_of(staff))[0][0])


@cache
def _badge(role: str) -> Prepared:
    """Every page asks it."""
    me = anyone(role)
    waits = is_in(Box.MINE, me)
    if role_allows(role, Permission.TRIAGE):
        waits = or_(waits, is_in(Box.OFFICE, me))
    few = select(Voicemail.id).where(text(FRESH_ROWS), is_visible_to(me), waits).limit(COUNTED_UP_TO).subquery()
    return Prepared(select(func.count()).select_from(few))


def next_unheard(staff: Staff, box: Box, after: Voicemail) -> int | None:
    """Which one plays when this one has ended: the next older new one of the same list, else the newest new one."""
    fresh = select(Voicemail.id).where(
        is_visible_to(staff), is_in(box, staff), Voicemail.heard_at.is_(None), Voicemail.is_broken.is_(False), Voicemail.id != after.id
    )
    older_first = case((Voicemail.id < after.id, 0), else_=1)
    return db.session.scalar(fresh.order_by(older_first, Voicemail.id.desc()).limit(1))


def colleagues_of(voicemail: Voicemail) -> list[Staff]:
    """To whom it can be given: who works at its school, or for the whole district."""
    may = [role for role, held in PERMISSIONS.items() if Permission.MAKE_CALLS in held]
    works_there = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == voicemail.school_id)
    wanted = select(Staff).where(
        Staff.district_id == voicemail.district_id, Staff.status == StaffStatus.ACTIVE, Staff.role.in_(may),
        or_(works_there, Staff.role == Role.DISTRICT_ADMIN),
    )  # fmt: skip
    return list(db.session.scalars(wanted.order_by(Staff.name).limit(MOST_COLLEAGUES)))


def greetings_of(staff: Staff) -> list[Greeting]:
    """A person's own, by language."""
    return list(db.session.scalars(select(Greeting).where(Greeting.staff_id == staff.id).order_by(Greeting.language)))


def greetings_of_school(school: School) -> list[Greeting]:
    """Those of a school's own box, by language."""
    wanted = select(Greeting).where(Greeting.school_id == school.id, Greeting.staff_id.is_(None))
    return list(db.session.scalars(wanted.order_by(Greeting.language)))


def best_greeting(school_id: int, staff_id: int | None, language: str) -> Greeting | None:
    """What a caller hears: the person's own before the school's, the caller's language before English before any. One query."""
    home = and_(Greeting.staff_id.is_(None), Greeting.school_id == school_id)
    theirs = or_(Greeting.staff_id == staff_id, home) if staff_id is not None else home
    whose = case((Greeting.staff_id.is_not(None), 0), else_=1)
    fits = case((Greeting.language == language, 0), (Greeting.language == "en", 1), else_=2)
    return db.session.scalar(select(Greeting).where(theirs).order_by(fits == 2, whose, fits, Greeting.id).limit(1))  # noqa: PLR2004


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Voicemail.id, Voicemail.version, Voicemail.name, Voicemail.caller, Voicemail.children, Voicemail.language, Voicemail.preview,
        Voicemail.seconds, Voicemail.is_broken, Voicemail.received_at, Voicemail.heard_at, Voicemail.done_at, Voicemail.assignee_id,
        Staff.name.label("assignee"),
    ).outerjoin(Staff, Staff.id == Voicemail.assignee_id)  # fmt: skip

"""Which voicemails a person sees, and the list as its page needs it.

A box belongs to a person, or to the school's office. Its owner, whom it was assigned to, and who reads all that happens at
the school see it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Select, TextClause, and_, bindparam, case, exists, false, func, or_, select, text, true, union

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.rail_counts import Carried, noted
from app.calls.models import Recording
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.database import db
from app.core.errors import NotVisible
from app.core.ids import row_number_or_none
from app.core.prepared import Prepared, Raw
from app.core.search_text import fold
from app.live import queries as live
from app.voicemail.models import FRESH_ROWS, Voicemail

PLACE = "voicemail"
"""Of this room on the rail."""
PAGE_SIZE = 50
COUNTED_UP_TO = 100
FRESH, EARLIER = "n", "e"
"""How the place of a page begins: within which group it goes on."""
MOST_WORDS = 8
ASSIGNEE = 12
"""Where a row of the list has whom it was given to."""


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

    fresh: list[Raw]
    earlier: list[Raw]
    older: str
    """Where the list goes on; empty at its end."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many new ones each chip has, and the newest event."""

    fresh: dict[Box, int]
    live_from: int


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


def sees(staff: Staff, voicemail: Voicemail) -> bool:
    """Whether it is visible, after it was moved."""
    return db.session.scalar(select(exists().where(Voicemail.id == voicemail.id, is_visible_to(staff)))) or False


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
    pieces = fold(words).split()[:MOST_WORDS]
    values = _values(staff) | {f"word_{n}": f"%{_escaped(piece)}%" for n, piece in enumerate(pieces)}
    asked = (_scope(staff), None if pieces else box, len(pieces))
    group, place = after[:1], row_number_or_none(after[1:])
    fresh: list[Raw] = []
    if group != EARLIER:
        statement = _page(*asked, is_fresh=True, goes_on=place is not None)
        fresh = statement.rows(values | {"size": size + 1, "before": place})
        if len(fresh) > size:
            return Listed(fresh[:size], [], f"{FRESH}{fresh[size - 1][0]}")
    room = size - len(fresh)
    place = place if group == EARLIER else None
    statement = _page(*asked, is_fresh=False, goes_on=place is not None)
    earlier = statement.rows(values | {"size": room + 1, "before": place})
    older = "" if len(earlier) <= room else f"{EARLIER}{earlier[room - 1][0]}" if room else EARLIER
    return Listed(fresh, earlier[:room], older)


Scope = tuple[str, int]
"""A role, and at how many schools it reads all that happens."""


def _scope(staff: Staff) -> Scope:
    reads_all = sees_schools(staff) and staff.role != Role.DISTRICT_ADMIN
    return (staff.role, len(staff.school_ids) if reads_all else 0)


def _values(staff: Staff) -> dict[str, Any]:
    return particulars_of(staff) | {f"school_{n}": number for n, number in enumerate(staff.school_ids)}


def _bounds(scope: Scope, box: Box | None) -> list[ColumnElement[bool]]:
    """The condition of each index walk that together find all that a person sees in a list. Schools and people are of one district."""
    role, schools = scope
    me = anyone(role)
    own: list[ColumnElement[bool]] = [Voicemail.staff_id == me.id, Voicemail.assignee_id == me.id]
    if box is Box.MINE:
        return own
    if role == Role.DISTRICT_ADMIN:
        return [Voicemail.district_id == me.district_id]
    return [*(Voicemail.school_id == bindparam(f"school_{n}") for n in range(schools)), *own]


def _found(scope: Scope, box: Box | None, *extra: ColumnElement[bool] | TextClause, size: ColumnElement[int] | int) -> Select[Any]:
    """The ids of the newest: a walk for each bound, each cut to a page, put together and cut again."""
    me = anyone(scope[0])
    narrowed = [*([] if box is None else [is_in(box, me)]), *extra]
    walks = [select(Voicemail.id).where(bound, *narrowed).order_by(Voicemail.id.desc()).limit(size) for bound in _bounds(scope, box)]
    if len(walks) == 1:
        return walks[0]
    together = union(*(select(walk.subquery()) for walk in walks)).subquery()  # SQLite takes no LIMIT inside a UNION
    return select(together.c.id).order_by(together.c.id.desc()).limit(size)


@cache
def _page(scope: Scope, box: Box | None, words: int, *, is_fresh: bool, goes_on: bool) -> Prepared:
    narrowed: list[ColumnElement[bool]] = [Voicemail.search_text.like(bindparam(f"word_{n}"), escape="/") for n in range(words)]
    narrowed += [Voicemail.id < bindparam("before")] if goes_on else []
    state = text(FRESH_ROWS if is_fresh else f"NOT ({FRESH_ROWS})")
    found = _found(scope, box, *narrowed, state, size=bindparam("size")).subquery()
    here = Voicemail.district_id == anyone(scope[0]).district_id
    return Prepared(_columns().join(found, found.c.id == Voicemail.id).where(here).order_by(Voicemail.id.desc()))


def read_row(raw: Raw) -> Any:
    """A row with names and moments."""
    prepared = _single(Role.TEACHER, Box.ALL)
    return prepared.named(*prepared.read(raw))


def _escaped(piece: str) -> str:
    return piece.replace("/", "//").replace("%", "/%").replace("_", "/_")


def row_of(staff: Staff, voicemail_id: int, box: Box) -> Raw:
    """One row as the list shows it. Raises NotVisible when it is not, or no longer, in that list."""
    found = _single(staff.role, box).rows(particulars_of(staff) | {"id": voicemail_id})
    if not found:
        raise NotVisible
    return found[0]


@cache
def _single(role: str, box: Box) -> Prepared:
    me = anyone(role)
    return Prepared(_columns().where(Voicemail.id == bindparam("id"), is_visible_to(me), is_in(box, me)))


def counts_of(staff: Staff) -> Counts:
    """How many new ones each chip has, at most COUNTED_UP_TO, and from which event a page of now catches up; one query."""
    *numbers, newest = _counts(_scope(staff)).rows(_values(staff))[0]
    return Counts(dict(zip(_counted(staff.role), numbers, strict=True)), newest or 0)


def badge_of(staff: Staff) -> int:
    """The number on the rail: new ones that are this person's, and for who sorts them those of the office."""
    known: Counts | None = g.get("voicemail_counts")
    if known is not None:
        return sum(known.fresh[box] for box in _on_the_rail(staff.role))
    carried = noted(PLACE)
    return carried if carried is not None else int(_badge(_scope(staff)).rows(_values(staff))[0][0])


def carried_badge() -> Carried:
    """The same number for the query that counts for the rail of every page."""
    return Carried(PLACE, Permission.READ_CALLS, lambda staff: _badge_column(_scope(staff)), _values)


def _on_the_rail(role: str) -> list[Box]:
    return [Box.MINE, *([Box.OFFICE] if role_allows(role, Permission.TRIAGE) else [])]


def _counted(role: str) -> list[Box]:
    return [Box.MINE, *([Box.OFFICE] if role_allows(role, Permission.READ_SCHOOL_THREADS) else [])]


def _few(scope: Scope, box: Box) -> ColumnElement[int]:
    found = _found(scope, box, text(FRESH_ROWS), size=fixed(COUNTED_UP_TO)).order_by(None).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


@cache
def _badge_column(scope: Scope) -> ColumnElement[int]:
    first, *others = (_few(scope, box) for box in _on_the_rail(scope[0]))
    return sum(others, first).label("fresh_voicemails")


@cache
def _badge(scope: Scope) -> Prepared:
    return Prepared(select(_badge_column(scope)))


@cache
def _counts(scope: Scope) -> Prepared:
    columns: list[ColumnElement[Any]] = [*[_few(scope, box) for box in _counted(scope[0])], live.newest()]
    return Prepared(select(*columns))


def next_unheard(staff: Staff, box: Box, after: Voicemail) -> int | None:
    """Which one plays when this one has ended: the next older new one of the same list, else the newest new one."""
    fresh = select(Voicemail.id).where(
        is_visible_to(staff), is_in(box, staff), Voicemail.heard_at.is_(None), Voicemail.is_broken.is_(False), Voicemail.id != after.id
    )
    older_first = case((Voicemail.id < after.id, 0), else_=1)
    return db.session.scalar(fresh.order_by(older_first, Voicemail.id.desc()).limit(1))


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Voicemail.id, Voicemail.version, Voicemail.name, Voicemail.caller, Voicemail.children, Voicemail.language, Voicemail.preview,
        Voicemail.seconds, Voicemail.is_broken, Voicemail.received_at, Voicemail.heard_at, Voicemail.done_at, Voicemail.assignee_id,
        Staff.name.label("assignee"),
    ).outerjoin(Staff, Staff.id == Voicemail.assignee_id)  # fmt: skip

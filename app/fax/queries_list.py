"""The list of faxes as its page needs it: a walk over an index for each school and person, and rows that need no further question."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, text, true, union
from sqlalchemy.orm import aliased

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.errors import NotVisible
from app.core.ids import row_number_or_none
from app.core.prepared import Prepared, Raw
from app.directory.models import Student
from app.fax.models import Direction, Fax, FaxStatus
from app.fax.models.faxes import FAILED_ROWS, FRESH_ROWS
from app.fax.queries import is_visible_to, may_see_deleted
from app.fax.queries_filters import Filters
from app.live import queries as live

PAGE_SIZE = 50
COUNTED_UP_TO = 100
FIRST, EARLIER = "n", "e"
"""How the place of a page begins: within which group it goes on."""
ASSIGNEE = 17
"""Where a row of the list has whom it was given to."""
ON_THE_WAY = "faxes.status IN ('scheduled', 'queued', 'sending')"
Filer = aliased(Staff)


class Box(StrEnum):
    """The chips of the list, and what stands under its filters."""

    RECEIVED = "received"
    SENT = "sent"
    FAILED = "failed"
    FILED = "filed"
    MINE = "mine"
    DRAFTS = "drafts"
    HIDDEN = "hidden"
    DELETED = "deleted"
    ALL = "all"


CHIPS = (Box.RECEIVED, Box.SENT, Box.FAILED, Box.FILED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list: what is new, or on its way, and then what came before, each newest first."""

    first: list[Raw]
    earlier: list[Raw]
    older: str
    """Where the list goes on; empty at its end."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What nobody has read, what did not arrive, and the newest event."""

    fresh: int
    failed: int
    live_from: int


def boxes_of(staff: Staff) -> list[Box]:
    """The lists that make sense for a person."""
    works = may_work(staff)
    if sees_schools(staff):
        return [box for box in Box if works or box is not Box.DELETED]
    return [Box.RECEIVED, *([Box.SENT, Box.FAILED] if works else []), Box.FILED, *([Box.DELETED] if works else []), Box.ALL]


def sees_schools(staff: Staff) -> bool:
    """Whether this person reads all that comes to a school."""
    return staff.role == Role.DISTRICT_ADMIN or role_allows(staff.role, Permission.READ_SCHOOL_THREADS)


def may_work(staff: Staff) -> bool:
    """Whether this person works with faxes at all."""
    return role_allows(staff.role, Permission.WORK_FAXES)


def is_in(box: Box, me: Staff) -> ColumnElement[bool]:
    """What a chip narrows the list to."""
    shown = and_(Fax.hidden_at.is_(None), Fax.status != fixed(FaxStatus.DRAFT))
    came, went = Fax.direction == fixed(Direction.IN), Fax.direction == fixed(Direction.OUT)
    return {
        Box.RECEIVED: and_(came, shown),
        Box.SENT: and_(went, shown, Fax.status != fixed(FaxStatus.FAILED)),
        Box.FAILED: and_(went, shown, Fax.status == fixed(FaxStatus.FAILED)),
        Box.FILED: and_(shown, Fax.filed_at.is_not(None)),
        Box.MINE: and_(shown, or_(Fax.assignee_id == me.id, Fax.author_id == me.id)),
        Box.DRAFTS: and_(went, Fax.status == fixed(FaxStatus.DRAFT), Fax.hidden_at.is_(None)),
        Box.HIDDEN: Fax.hidden_at.is_not(None),
        Box.DELETED: and_(Fax.deleted_at.is_not(None), or_(Fax.status != fixed(FaxStatus.DRAFT), Fax.bearer_id.is_(None))),
        Box.ALL: shown,
    }[box]


def rows_of(staff: Staff, box: Box, filters: Filters, zone: ZoneInfo, *, after: str = "", size: int = PAGE_SIZE) -> Listed:
    """One page of the list; one query for each of its groups. `after` is `older` of the page before.

    With words all that the person sees is searched, also what is hidden; what is deleted only in its own list.
    """
    bounds = filters.bounds(zone, staff.id)
    values = values_of(staff) | {name: value for name, _condition, value in bounds}
    where = None if filters.q and box is not Box.DELETED else box
    asked = (scope_of(staff), where, _Narrowed(tuple([(name, condition) for name, condition, _value in bounds])))
    group, place = after[:1], row_number_or_none(after[1:])
    first: list[Raw] = []
    if group != EARLIER:
        statement = _page(*asked, is_first=True, goes_on=place is not None)
        first = _newest_first(statement.rows(values | {"size": size + 1, "before": place}))
        if len(first) > size:
            return Listed(first[:size], [], f"{FIRST}{first[size - 1][0]}")
    room = size - len(first)
    place = place if group == EARLIER else None
    statement = _page(*asked, is_first=False, goes_on=place is not None)
    earlier = _newest_first(statement.rows(values | {"size": room + 1, "before": place}))
    older = "" if len(earlier) <= room else f"{EARLIER}{earlier[room - 1][0]}" if room else EARLIER
    return Listed(first, earlier[:room], older)


def _newest_first(rows: list[Raw]) -> list[Raw]:
    return sorted(rows, key=itemgetter(0), reverse=True)


def row_of(staff: Staff, fax_id: int, box: Box) -> Raw:
    """One row as the list shows it. Raises NotVisible when it is not, or no longer, in that list."""
    found = _single(staff.role, box).rows(particulars_of(staff) | {"id": fax_id})
    if not found:
        raise NotVisible
    return found[0]


def read_row(raw: Raw) -> Any:
    """A row with names and moments."""
    prepared = _single(Role.TEACHER, Box.ALL)
    return prepared.named(*prepared.read(raw))


def is_first(row: Any, box: str) -> bool:
    """Whether it stands in the first group: what is new, or what is on its way."""
    if box == Box.SENT:
        return row.status in {FaxStatus.SCHEDULED, FaxStatus.QUEUED, FaxStatus.SENDING}
    return box not in {Box.HIDDEN, Box.DELETED} and row.direction == Direction.IN and row.read_at is None


def counts_of(staff: Staff, fresh: int | None = None) -> Counts:
    """The numbers of the chips, at most COUNTED_UP_TO, and from which event a page of now catches up; one query.

    `fresh` is what the rail has counted already, where it has.
    """
    *counted, failed, newest = _counts(scope_of(staff), is_fresh_known=fresh is not None).rows(values_of(staff))[0]
    return Counts(counted[0] if fresh is None else fresh, failed, newest or 0)


Scope = tuple[str, int]
"""A role, and at how many schools it reads all that comes."""


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """Conditions under their names, equal for all that ask for the same things whatever their values, which are not kept."""

    bounds: tuple[tuple[str, ColumnElement[bool]], ...]

    def __hash__(self) -> int:
        return hash(tuple(name for name, _condition in self.bounds))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Narrowed) and [one[0] for one in self.bounds] == [one[0] for one in other.bounds]

    def conditions(self) -> list[ColumnElement[bool]]:
        return [condition for _name, condition in self.bounds]


def scope_of(staff: Staff) -> Scope:
    """Of a person."""
    reads_all = sees_schools(staff) and staff.role != Role.DISTRICT_ADMIN
    return (staff.role, len(staff.school_ids) if reads_all else 0)


def values_of(staff: Staff) -> dict[str, Any]:
    """The parameters of every statement of this list."""
    return particulars_of(staff) | {f"school_{n}": number for n, number in enumerate(staff.school_ids)}


def _bounds(scope: Scope, box: Box | None) -> list[ColumnElement[bool]]:
    """The condition of each index walk that together find all that a person sees. Schools and people are of one district."""
    role, schools = scope
    me = anyone(role)
    own: list[ColumnElement[bool]] = [Fax.assignee_id == me.id, *([] if box is Box.RECEIVED else [Fax.author_id == me.id])]
    if box is Box.MINE:
        return own
    if box is Box.DELETED:  # the few of a month, in an index of their own
        return [may_see_deleted(me)]
    if role == Role.DISTRICT_ADMIN:
        return [Fax.district_id == me.district_id]
    if not (role_allows(role, Permission.READ_SCHOOL_THREADS) and role_allows(role, Permission.READ_FAXES)):
        return own
    is_open = true() if role_allows(role, Permission.WORK_FAXES) else Fax.is_restricted.is_(False)
    here = [and_(Fax.school_id == bindparam(f"school_{n}"), is_open) for n in range(schools)]
    return [*here, and_(Fax.district_id == me.district_id, Fax.school_id.is_(None), is_open), *own]


def _found(scope: Scope, box: Box | None, extra: Sequence[Any], size: ColumnElement[int] | int, rows: str = "") -> Select[Any]:
    """The ids of the newest: a walk for each bound, each cut to a page, put together and cut again.

    `rows` are those of a partial index. Where they say already what the box says, nothing is added: SQLite would take the
    index of a whole school for one more column that it can compare.
    """
    me = anyone(scope[0])
    says_all = (box is Box.RECEIVED and rows == FRESH_ROWS) or (box is Box.FAILED and rows == FAILED_ROWS)
    narrowed = [*([text(rows)] if rows else []), *([] if says_all or box is Box.DELETED else [Fax.deleted_at.is_(None)]), *extra]
    narrowed += [] if box is None or says_all else [is_in(box, me)]
    walks = [select(Fax.id).where(bound, *narrowed).order_by(Fax.id.desc()).limit(size) for bound in _bounds(scope, box)]
    if len(walks) == 1:
        return walks[0]
    together = union(*(select(walk.subquery()) for walk in walks)).subquery()  # SQLite takes no LIMIT inside a UNION
    return select(together.c.id).order_by(together.c.id.desc()).limit(size)


@lru_cache(maxsize=256)
def _page(scope: Scope, box: Box | None, narrowed: _Narrowed, *, is_first: bool, goes_on: bool) -> Prepared:
    extra: list[Any] = narrowed.conditions()
    extra += [Fax.id < bindparam("before")] if goes_on else []
    group = ON_THE_WAY if box is Box.SENT else FRESH_ROWS
    found = _found(scope, box, extra, bindparam("size"), group if is_first else f"NOT ({group})").subquery()
    here = Fax.district_id == anyone(scope[0]).district_id
    return Prepared(_columns().join(found, found.c.id == Fax.id).where(here))  # put in order by `_newest_first`, which is quicker


@cache
def _single(role: str, box: Box) -> Prepared:
    me = anyone(role)
    visible = may_see_deleted(me) if box is Box.DELETED else is_visible_to(me)
    return Prepared(_columns().where(Fax.id == bindparam("id"), visible, is_in(box, me)))


def _few(scope: Scope, box: Box, rows: str) -> ColumnElement[int]:
    found = _found(scope, box, [], fixed(COUNTED_UP_TO), rows).order_by(None).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


@cache
def fresh_column(scope: Scope) -> ColumnElement[int]:
    """What nobody has read, of all that a person sees."""
    return _few(scope, Box.RECEIVED, FRESH_ROWS).label("fresh_faxes")


@cache
def _counts(scope: Scope, *, is_fresh_known: bool) -> Prepared:
    fresh = [] if is_fresh_known else [fresh_column(scope)]
    columns: list[ColumnElement[Any]] = [*fresh, _few(scope, Box.FAILED, FAILED_ROWS), live.newest()]
    return Prepared(select(*columns))


def _columns() -> Select[*tuple[Any, ...]]:
    # What lies behind the long text in the table is asked for only where it can be something: SQLite would read all of the text.
    sent = Fax.direction == fixed(Direction.OUT)
    send_at, failure = case((sent, Fax.send_at)).label("send_at"), case((sent, Fax.failure)).label("failure")
    return (
        select(
            Fax.id, Fax.version, Fax.direction, Fax.status, Fax.name, Fax.address, Fax.station, Fax.subject, Fax.pages, Fax.created_at,
            Fax.read_at, Fax.filed_at, send_at, failure, Fax.is_restricted, Fax.thumb_key, Fax.first_turn,
            Fax.assignee_id, Fax.paper, Staff.name.label("assignee"), Filer.name.label("filer"),
            (func.coalesce(Student.preferred_name, Student.given_name) + " " + func.substr(Student.family_name, 1, 1)).label("child"),
        )
        .outerjoin(Staff, Staff.id == Fax.assignee_id)
        .outerjoin(Filer, Filer.id == Fax.filed_by_id)
        .outerjoin(Student, Student.id == Fax.student_id)
    )  # fmt: skip

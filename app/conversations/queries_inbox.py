"""What the inbox shows: its rows and its counts, each in one query, whatever the number of conversations.

A list is a few index walks, newest first, one for each (scope, state), cut to a page each and then merged. Statements are
built and prepared once for each shape.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, select, union_all

from app.accounts import rail_counts
from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import Conversation, ConversationState, Participant
from app.conversations.queries import is_visible_to
from app.conversations.queries_inbox_row import InboxRow, read_row, row_of
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.prepared import Prepared, Raw
from app.live import queries as live

PAGE_SIZE = 50
MOST_WAITING = 25
REMEMBERED = 128
"""Pages kept for each process; about 30 kB each."""
COUNTED_UP_TO = 100
"""Beyond this a count says "99+": it costs the same however much there is."""


class Filter(StrEnum):
    """What the chips above the list choose."""

    MINE = "mine"
    OFFICE = "office"
    UNREAD = "unread"
    WAITING = "waiting"
    UNASSIGNED = "unassigned"
    FAILED = "failed"
    SCHEDULED = "scheduled"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


FOR_SCHOOL_READERS = frozenset({Filter.OFFICE, Filter.UNASSIGNED})
"""They make no sense to somebody who sees only what she takes part in."""
OWN = frozenset({Filter.MINE, Filter.UNREAD})
"""They ask about the person's own part, whoever that is."""
GROUPED = frozenset({Filter.MINE, Filter.OFFICE, Filter.UNASSIGNED})
"""Those lists begin with the conversations that wait for a reply."""
STATES: dict[Filter, tuple[ConversationState | None, ...]] = {
    Filter.ALL: tuple(ConversationState),
    Filter.UNREAD: (None,),
    Filter.FAILED: (None,),
    Filter.SCHEDULED: (None,),
    Filter.SNOOZED: (ConversationState.SNOOZED,),
    Filter.DONE: (ConversationState.DONE,),
}

CountColumns = tuple[ColumnElement[Any], ...]
COUNTED = (Filter.UNREAD, Filter.FAILED, Filter.SCHEDULED, Filter.UNASSIGNED)

conversations = Conversation.__table__
parts = Participant.__table__
c, p = conversations.c, parts.c


@dataclass(frozen=True, slots=True, eq=False)
class InboxPage:
    """Rows for the list (see `read_row`): those that wait, then the others, newest first.

    The same rows give the same object, so that what is printed of it can be remembered under it.
    """

    texts: tuple[str, ...]
    waiting: int
    more_waiting: bool
    older: int | None
    """Continues the others; None at the end."""
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Counts up to COUNTED_UP_TO, and the number of the newest event that browsers were told."""

    chips: dict[Filter, int]
    live_from: int


def sees_schools(staff: Staff) -> bool:
    """Whether the inbox holds more than what the person takes part in."""
    return role_allows(staff.role, Permission.READ_SCHOOL_THREADS)


@cache
def filters_of(role: str) -> tuple[Filter, ...]:
    """The chips of a role, in order."""
    wide = role_allows(role, Permission.READ_SCHOOL_THREADS)
    return tuple(each for each in Filter if wide or each not in FOR_SCHOOL_READERS)


def first_filter(staff: Staff) -> Filter:
    """What the inbox opens with."""
    if not sees_schools(staff):
        return Filter.MINE
    return Filter.OFFICE if role_allows(staff.role, Permission.TRIAGE) else Filter.ALL


def opening_filter(staff: Staff) -> Filter:
    """Where somebody's day starts: with the first filter, or with one's own where only there is something unread. One query at most."""
    first = first_filter(staff)
    if first != Filter.OFFICE:
        return first
    unread = [read_row(text) for text in inbox_page(staff, Filter.UNREAD).texts]
    return Filter.MINE if unread and not any(row.is_office for row in unread) else first


def inbox_page(staff: Staff, which: Filter, *, school_id: int | None = None, before: int | None = None, size: int = PAGE_SIZE) -> InboxPage:
    """One page of a filter, older than message `before` if given. One query."""
    scope, values = _scope_of(staff, which, school_id)
    statement = _page(which, scope, grouped=which in GROUPED and before is None, continued=before is not None)
    values |= {"size": size + 1, "waiting_size": MOST_WAITING + 1, "before": before}
    return _page_of(tuple([text for (text,) in statement.rows(values)]), size)


@lru_cache(maxsize=REMEMBERED)
def _page_of(texts: tuple[str, ...], size: int) -> InboxPage:
    """The page made of these rows. They are put in order here: SQLite would carry each whole row through a sorter."""
    rows = sorted(((read_row(text), text) for text in texts), key=lambda each: (each[0].is_waiting, each[0].last_message_id), reverse=True)
    waiting = [each for each in rows if each[0].is_waiting]
    others = rows[len(waiting) :]
    shown = waiting[:MOST_WAITING] + others[:size]
    return InboxPage(
        texts=tuple(text for _row, text in shown),
        waiting=min(len(waiting), MOST_WAITING),
        more_waiting=len(waiting) > MOST_WAITING,
        older=others[size - 1][0].last_message_id if len(others) > size else None,
        newest_at=max((row.last_message_at for row, _text in shown), default=None),
    )


def inbox_row(staff: Staff, conversation_id: int) -> str | None:
    """One conversation as the list shows it (see `read_row`), if the person sees it; for a live update."""
    found = _single(staff.role).rows(particulars_of(staff) | {"id": conversation_id})
    return found[0][0] if found else None


def belongs(row: InboxRow, which: Filter, *, school_id: int | None = None) -> bool:
    """Whether a row of `inbox_row` stands in the list of a filter: the same conditions as its walks, for one row."""
    if school_id is not None and row.school_id != school_id:
        return False
    if which in OWN and row.unread_count is None:
        return False
    states = STATES.get(which, (ConversationState.OPEN,))
    if None not in states and row.state not in states:
        return False
    wanted = {
        Filter.UNREAD: (row.unread_count or 0) > 0,
        Filter.WAITING: bool(row.is_waiting),
        Filter.FAILED: row.failed_count > 0,
        Filter.SCHEDULED: row.scheduled_count > 0,
        Filter.OFFICE: row.is_office,
        Filter.UNASSIGNED: row.is_office and row.assignee is None,
    }
    return bool(wanted.get(which, True))


def inbox_counts(staff: Staff) -> InboxCounts:
    """How many conversations each counted chip holds, and from which event a page of now catches up. One query, for the rail as well."""
    columns, values = count_columns(staff)
    return counts_out_of(staff, _only(columns).rows(values)[0])


def count_columns(staff: Staff) -> tuple[CountColumns, dict[str, Any]]:
    """The same as columns with their parameters, for a query of one row that a page makes anyway."""
    scope, values = _scope_of(staff, Filter.FAILED)
    carried, theirs = rail_counts.columns_for(staff)
    return _counts(scope, _counted_for(staff.role), carried), theirs | values | {"most": COUNTED_UP_TO}


def counts_out_of(staff: Staff, row: Raw) -> InboxCounts:
    """Read the counts from the last columns of a row, and note those of other places on the rail."""
    asked, carried = _counted_for(staff.role), len(rail_counts.carried_for(staff))
    *chips, live_from = row[-len(asked) - carried - 1 :]
    rail_counts.note(staff, chips[len(asked) :])
    return InboxCounts(dict(zip(asked, chips, strict=False)), live_from or 0)


@cache
def _counted_for(role: str) -> tuple[Filter, ...]:
    shown = filters_of(role)
    return tuple(each for each in COUNTED if each in shown)


Scope = tuple[str, int]
"""How the list is bounded: ("part", 1) by taking part, ("school", n) by n schools, ("district", 1)."""


def _scope_of(staff: Staff, which: Filter, school_id: int | None = None) -> tuple[Scope, dict[str, Any]]:
    if which in OWN or not sees_schools(staff):
        return ("part", 1), {"me": staff.id}
    values: dict[str, Any] = {"me": staff.id, "district": staff.district_id}
    if staff.role == Role.DISTRICT_ADMIN:
        if school_id is None:
            return ("district", 1), values
        return ("school", 1), values | {"school_0": school_id}
    schools = [each for each in staff.school_ids if school_id in {None, each}]
    return ("school", len(schools)), values | {f"school_{n}": each for n, each in enumerate(schools)}


def _bounds(scope: Scope) -> Iterable[ColumnElement[bool]]:
    """The condition of each index walk that the scope takes; none for somebody without a school."""
    kind, count = scope
    if kind == "part":
        yield and_(p.staff_id == bindparam("me"), p.left_at.is_(None))
    elif kind == "district":
        yield c.district_id == bindparam("district")
    else:
        for n in range(count):
            yield and_(c.school_id == bindparam(f"school_{n}"), c.district_id == bindparam("district"))


def _narrowing(which: Filter) -> list[ColumnElement[bool]]:
    wanted: dict[Filter, list[ColumnElement[bool]]] = {
        Filter.UNREAD: [p.unread_count > fixed(0)],
        Filter.WAITING: [c.waits_since.is_not(None)],
        Filter.FAILED: [c.failed_count > fixed(0)],
        Filter.SCHEDULED: [c.scheduled_count > fixed(0)],
        Filter.OFFICE: [c.is_office.is_(True)],
        Filter.UNASSIGNED: [c.is_office.is_(True), c.assigned_to_id.is_(None)],
    }
    return wanted.get(which, [])


def _walks(which: Filter, scope: Scope, *extra: ColumnElement[bool], size: str) -> Select[Any]:
    """The ids of the newest conversations: a walk for each (bound, state), each cut to a page, merged and cut again."""
    own = scope[0] == "part"
    walked = p if own else c
    walks = []
    for bound, state in product(list(_bounds(scope)) or [false()], STATES.get(which, (ConversationState.OPEN,))):
        conditions = [bound, c.deleted_at.is_(None), *_narrowing(which), *extra]
        if state is not None:
            conditions.append(walked.state == fixed(state))
        chosen = select(c.id, walked.last_message_id.label("newest"))
        if own:
            chosen = chosen.join_from(parts, conversations, c.id == p.conversation_id)
        walks.append(chosen.where(*conditions).order_by(walked.last_message_id.desc()).limit(bindparam(size)))
    if len(walks) == 1:
        return walks[0]
    # A subquery around each: SQLite takes no LIMIT inside a UNION.
    merged = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    return select(merged).order_by(merged.c.newest.desc()).limit(bindparam(size))


@lru_cache(maxsize=256)
def _page(which: Filter, scope: Scope, *, grouped: bool, continued: bool) -> Prepared:
    walked = p if scope[0] == "part" else c
    if grouped:
        waiting = _walks(which, scope, c.waits_since.is_not(None), size="waiting_size").subquery()
        others = _walks(which, scope, c.waits_since.is_(None), size="size").subquery()
        found = union_all(select(waiting, fixed(1).label("is_waiting")), select(others, fixed(0))).subquery()
    else:
        still = [c.waits_since.is_(None)] if which in GROUPED else []
        older = [walked.last_message_id < bindparam("before")] if continued else []
        others = _walks(which, scope, *still, *older, size="size").subquery()
        found = select(others, fixed(0).label("is_waiting")).subquery()
    return Prepared(row_of(found.c.is_waiting, found.join(conversations, c.id == found.c.id)))


@lru_cache(maxsize=16)
def _single(role: str) -> Prepared:
    is_waiting = case((c.waits_since.is_not(None), fixed(1)), else_=fixed(0)).label("is_waiting")
    return Prepared(row_of(is_waiting, conversations).where(c.id == bindparam("id"), is_visible_to(anyone(role))))


@lru_cache(maxsize=64)
def _counts(scope: Scope, which: tuple[Filter, ...], carried: CountColumns) -> CountColumns:
    def counted(each: Filter) -> ColumnElement[Any]:
        found = _walks(each, ("part", 1) if each in OWN else scope, size="most").order_by(None).subquery()
        return select(func.count()).select_from(found).scalar_subquery().label(f"counted_{each}")

    return (*(counted(each) for each in which), *carried, live.newest().label("live_from"))


@lru_cache(maxsize=64)
def _only(columns: CountColumns) -> Prepared:
    return Prepared(select(*columns))

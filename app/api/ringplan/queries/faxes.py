"""Faxes by the page, as this face lists them: received, sent, and waiting for their time. Three queries each.

How many there are, and which ones a page has, an index answers alone; only then are their rows read, so a page far down costs what the
first one does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.models import Staff
from app.api.identifiers import within_id24
from app.core.database import db
from app.core.errors import NotVisible
from app.core.search_text import fold
from app.directory.models import PhoneNumber
from app.fax.models import Direction, Fax, FaxStatus
from app.fax.queries import is_visible_to

MOST_WORDS = 8
OUR_NUMBER = PhoneNumber.address.label("our_number")
_ESCAPE = str.maketrans({"/": "//", "%": "/%", "_": "/_"})
_LEAVES = and_(Fax.status == FaxStatus.DRAFT, Fax.leave_due_at.is_not(None))
"""Accepted, and its pages are still being made."""


class Tray(StrEnum):
    """The three lists."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. `number` are digits of the other side."""

    since: datetime | None = None
    until: datetime | None = None
    number: str = ""
    name: str = ""
    subject: str = ""
    search: str = ""
    is_read: bool | None = None
    also_without_number: bool = False
    sort: Sequence[str] = ()


def is_in(tray: Tray) -> ColumnElement[bool]:
    """What belongs to a list. What is written on a page and not sent yet is nobody's but the house's."""
    if tray is Tray.INBOUND:
        return Fax.direction == Direction.IN
    if tray is Tray.SCHEDULED:
        return and_(Fax.direction == Direction.OUT, or_(Fax.status == FaxStatus.SCHEDULED, and_(_LEAVES, Fax.send_at.is_not(None))))
    left = Fax.status.in_([FaxStatus.QUEUED, FaxStatus.SENDING, FaxStatus.SENT, FaxStatus.FAILED])
    return and_(Fax.direction == Direction.OUT, or_(left, and_(_LEAVES, Fax.send_at.is_(None))))


def rows_of(staff: Staff, tray: Tray, wanted: Wanted, *, page: int, size: int) -> tuple[list[Any], int]:
    """One page, and how many there are in all."""
    conditions = [is_visible_to(staff), is_in(tray), *_bounds(wanted)]
    total = db.session.scalar(select(func.count(Fax.id)).where(*conditions)) or 0
    found = select(Fax.id).where(*conditions).order_by(*_order(tray, wanted.sort)).limit(size).offset((page - 1) * size)
    if any(name.removeprefix("-") == _OF_OUR_NUMBER[tray] for name in wanted.sort):
        found = found.outerjoin(PhoneNumber, PhoneNumber.id == Fax.phone_number_id)
    numbers = db.session.scalars(found).all()
    rows = {row.id: row for row in db.session.execute(_rows().where(Fax.id.in_(numbers)))}
    return [rows[number] for number in numbers if number in rows], total


def row_of(fax_id: int) -> Any:
    """One that was changed just now."""
    return db.session.execute(_rows().where(Fax.id == fax_id).execution_options(populate_existing=True)).one()


def id_within(staff: Staff, text: str, tray: Tray) -> int:
    """The number of the fax that 24 digits name in a list. Raises NotVisible."""
    found = db.session.scalar(select(Fax.id).where(within_id24(Fax.uuid, text), is_visible_to(staff), is_in(tray)))
    if found is None:
        raise NotVisible
    return found


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Fax.id, Fax.uuid, Fax.direction, Fax.status, Fax.created_at, Fax.address, Fax.name, Fax.station, Fax.own_name, Fax.subject,
        Fax.pages, Fax.read_at, Fax.hidden_at, Fax.send_at, Fax.emails, Fax.source_key, Fax.document_key, OUR_NUMBER,
    ).outerjoin(PhoneNumber, PhoneNumber.id == Fax.phone_number_id)  # fmt: skip


def _bounds(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Fax.search_text.like(_like(word), escape="/") for word in fold(wanted.search).split()[:MOST_WORDS]]
    if wanted.since is not None:
        found.append(Fax.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(Fax.created_at < wanted.until)
    digits = "".join(filter(str.isdigit, wanted.number))
    if wanted.number:
        mine: ColumnElement[bool] = Fax.address.like(f"%{digits}%") if digits else Fax.address == wanted.number
        found.append(or_(mine, Fax.address == "") if wanted.also_without_number else mine)
    if wanted.name:
        like = _like(wanted.name.lower())
        shown = func.coalesce(func.nullif(Fax.name, ""), Fax.station)
        found.append(func.lower(shown).like(like, escape="/"))
    if wanted.subject:
        found.append(func.lower(Fax.subject).like(_like(wanted.subject.lower()), escape="/"))
    if wanted.is_read is not None:
        found.append(Fax.read_at.is_not(None) if wanted.is_read else Fax.read_at.is_(None))
    return found


_COLUMNS: Mapping[str, Callable[[Tray], Any]] = {
    "created_at": lambda _tray: Fax.created_at,
    "from": lambda tray: Fax.address if tray is Tray.INBOUND else PhoneNumber.address,
    "to": lambda tray: PhoneNumber.address if tray is Tray.INBOUND else Fax.address,
    "subject": lambda _tray: Fax.subject,
    "pages": lambda _tray: Fax.pages,
}
_OF_OUR_NUMBER = {Tray.INBOUND: "to", Tray.OUTBOUND: "from", Tray.SCHEDULED: "from"}


def _order(tray: Tray, sort: Sequence[str]) -> list[Any]:
    """The newest first, unless told; in the end always one order."""
    columns = [(_COLUMNS[name.removeprefix("-")](tray), name.startswith("-")) for name in sort]
    return [column.desc() if is_down else column.asc() for column, is_down in columns] + [Fax.id.desc()]


def _like(word: str) -> str:
    return f"%{word.translate(_ESCAPE)}%"

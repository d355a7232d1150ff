"""The people of a large audience, some thousands at a time, into the recipients of their announcement.

Who comes next is found before the commit begins: on SQLite, where one writer holds up all others, into a temporary table.
The commit then only copies rows. Of several people at one address the unique key lets the first pass; the others are written
down as skipped.
"""

from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    String,
    Table,
    bindparam,
    case,
    exists,
    insert,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import DropTable

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.models import Announcement, AnnouncementRecipient, SkipReason
from app.announcements.verdicts import Question, Span, has_chosen, has_guardians, judged, last_person
from app.core.database import db, release_connection

KEPT = ("guardian_id", "staff_id", "list_row_id", "student_id", "family_id", "contact_point_id", "language", "address", "reason")
_found = Table(
    "announcement_stretch", MetaData(), Column("channel", String(8), primary_key=True), Column("source", SmallInteger, primary_key=True),
    Column("person_id", BigInteger, primary_key=True),
    *(Column(name, BigInteger) for name in KEPT[:6]), *(Column(name, String) for name in KEPT[6:]),
    prefixes=["TEMPORARY"], sqlite_with_rowid=False, postgresql_on_commit="DROP",
)  # fmt: skip
WALK = text("SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")
"""A stretch is a small part of every table in it: PostgreSQL would rather read all of a table that is not large yet, each time."""
_recipients: Table = AnnouncementRecipient.__table__  # type: ignore[assignment]  # declarative tables are Tables
_in_order = (_found.c.channel, _found.c.source, _found.c.person_id)


class Stretches:
    """The way through the people of one announcement. Its statements are made once; they keep one connection (`one_connection`)."""

    def __init__(self, announcement: Announcement, *, in_one_go: bool, people: int) -> None:
        """Begin nothing. `people` are in a stretch; `in_one_go` if the audience is small."""
        author = db.session.get_one(Staff, announcement.author_id)
        self._questions = [question for question, _pool in planner.questions(announcement, author).values()]
        self._people = people
        self._is_split = not in_one_go and any(has_guardians(question) for question in self._questions)
        self._span = Span(bindparam("after", type_=BigInteger), bindparam("through", type_=BigInteger))
        self._finds = [_find(question, self._span, only_chosen=False) for question in self._questions] if self._is_split else []
        self._copy, self._copy_others = _copy(announcement.id), _copy_others(announcement.id)
        self._is_postgres = db.engine.dialect.name == "postgresql"
        self._next: tuple[list[Any], dict[str, int]] = ([], {})
        self._found = 0

    def __enter__(self) -> Self:
        """Have a place for what is found."""
        if not self._is_postgres:
            _found.create(db.session.connection())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Leave nothing on the connection."""
        if not self._is_postgres:
            db.session.rollback()
            db.session.connection().execute(DropTable(_found, if_exists=True))  # gone already where nothing was committed
            release_connection()

    def next(self, after: int | None) -> tuple[int, bool]:
        """Find who comes after `after` (None: who was chosen, and small audiences); with whom that ends, and whether it was the last."""
        if after is None and self._is_split and not any(has_chosen(question) for question in self._questions):
            after = 0
        if after is None:
            self._next = ([_find(question, None, only_chosen=self._is_split) for question in self._questions], {})
            through, is_last = 0, not self._is_split
        else:
            last = db.session.scalar(last_person(self._questions[0], after, self._people))
            self._next = (self._finds if last is not None else [], {"after": after, "through": last or 0})
            through, is_last = last or after, last is None
        if not self._is_postgres:
            self._find()
        release_connection()
        return through, is_last

    def write_down(self) -> None:
        """Make recipients of them. Part of the running transaction."""
        connection = db.session.connection()
        if self._is_postgres:  # a table of this transaction: a pooler may give the next one another connection
            _found.create(connection)
            if "after" in self._next[1]:
                connection.execute(WALK)
            self._find()
        if self._found and connection.execute(self._copy).rowcount < self._found:
            connection.execute(self._copy_others)

    def _find(self) -> None:
        connection = db.session.connection()
        if not self._is_postgres:
            connection.execute(_found.delete())
        statements, values = self._next
        self._found = sum(connection.execute(statement, values).rowcount for statement in statements)


def _find(question: Question, span: Span | None, *, only_chosen: bool) -> Any:
    rows = judged(question, span, only_chosen=only_chosen).subquery("rows")
    values = {"channel": literal(str(question.channel.name)), **{name: rows.c[name] for name in ("source", "person_id", *KEPT)}}
    return insert(_found).from_select(list(values), select(*(value.label(name) for name, value in values.items())))


def _copy(announcement_id: int) -> Any:
    kept: dict[str, Any] = {name: _found.c[name] for name in KEPT}
    kept["address"] = case((_found.c.reason.is_(None), _found.c.address))  # only who is written to keeps one, so that it is unique
    return _insert(announcement_id, kept, select()).on_conflict_do_nothing()


def _copy_others(announcement_id: int) -> Any:
    """Those whose address somebody else has."""
    kept: dict[str, Any] = {name: _found.c[name] for name in KEPT}
    kept |= {"address": null(), "reason": literal(SkipReason.SAME_ADDRESS.value)}
    same = (_recipients.c[name].is_not_distinct_from(_found.c[name]) for name in KEPT[:3])
    has_it = exists().where(
        _recipients.c.announcement_id == announcement_id, _recipients.c.channel == _found.c.channel,
        _recipients.c.address == _found.c.address, *same,
    )  # fmt: skip
    return _insert(announcement_id, kept, select().where(_found.c.reason.is_(None), ~has_it))


def _insert(announcement_id: int, kept: dict[str, Any], rows: Select[Any]) -> Any:
    values = {"announcement_id": literal(announcement_id, Integer), "channel": _found.c.channel, **kept}
    picked = rows.add_columns(*(value.label(name) for name, value in values.items())).order_by(*_in_order)
    maker = postgresql.insert(_recipients) if db.engine.dialect.name == "postgresql" else sqlite.insert(_recipients)
    return maker.from_select(list(values), picked, include_defaults=False)

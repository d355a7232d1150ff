"""The people of a large audience, some thousands at a time, into the recipients of their announcement.

On SQLite, where one writer holds up all others, who comes next is found before the commit begins, into a temporary table; the
commit then only copies rows. On PostgreSQL nobody is held up, and one statement does it all. Of several people at one address
the unique key lets the first pass; the others are written down as skipped.
"""

from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    String,
    Table,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import DropTable

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.models import Announcement, AnnouncementRecipient, SkipReason
from app.announcements.verdicts import Question, Span, has_chosen, has_guardians, judged, last_person
from app.core.by_index import by_index
from app.core.database import db, release_connection

KEPT = ("guardian_id", "staff_id", "list_row_id", "student_id", "family_id", "contact_point_id", "language", "address", "reason")
_found = Table(
    "announcement_stretch", MetaData(), Column("channel", String(8), primary_key=True), Column("source", SmallInteger, primary_key=True),
    Column("person_id", BigInteger, primary_key=True),
    *(Column(name, BigInteger) for name in KEPT[:6]), *(Column(name, String) for name in KEPT[6:]),
    prefixes=["TEMPORARY"], sqlite_with_rowid=False,
)  # fmt: skip
_recipients: Table = AnnouncementRecipient.__table__  # type: ignore[assignment]  # declarative tables are Tables


class Stretches:
    """The way through the people of one announcement. Its statements are made once; they keep one connection (`one_connection`)."""

    def __init__(self, announcement: Announcement, *, in_one_go: bool, people: int) -> None:
        """Begin nothing. `people` are in a stretch; `in_one_go` if the audience is small."""
        author = db.session.get_one(Staff, announcement.author_id)
        self._questions = [question for question, _pool in planner.questions(announcement, author).values()]
        self._people = people
        self._is_split = not in_one_go and any(has_guardians(question) for question in self._questions)
        self._span = Span(bindparam("after", type_=BigInteger), bindparam("through", type_=BigInteger))
        self._is_postgres = db.engine.dialect.name == "postgresql"
        self._announcement_id = announcement.id
        self._may_repeat = any(question.audience.again_of is not None for question in self._questions)
        self._of_span = self._statements(self._span, only_chosen=False) if self._is_split else []
        self._copy = _copy(announcement.id, _found)
        self._copy_others = _copy_others(announcement.id, _found, _is_kept(announcement.id, _found))
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
            self._next = (self._statements(None, only_chosen=self._is_split), {})
            through, is_last = 0, not self._is_split
        else:
            by_index()
            last = db.session.scalar(last_person(self._questions[0], after, self._people))
            self._next = (self._of_span if last is not None else [], {"after": after, "through": last or 0})
            through, is_last = last or after, last is None
        if not self._is_postgres:
            self._find()
        release_connection()
        return through, is_last

    def write_down(self) -> None:
        """Make recipients of them. Part of the running transaction."""
        connection = db.session.connection()
        if self._is_postgres:
            statements, values = self._next
            if values:
                by_index()
            for statement in statements:
                connection.execute(statement, values)
        elif self._found and connection.execute(self._copy).rowcount < self._found:
            connection.execute(self._copy_others)

    def _find(self) -> None:
        connection = db.session.connection()
        connection.execute(_found.delete())
        statements, values = self._next
        self._found = sum(connection.execute(statement, values).rowcount for statement in statements)

    def _statements(self, span: Span | None, *, only_chosen: bool) -> list[Any]:
        """What finds them: on SQLite into the temporary table, channel by channel; on PostgreSQL what writes them down at once."""
        rows = [_rows(question, span, only_chosen=only_chosen) for question in self._questions]
        if self._is_postgres:
            return [_at_once(self._announcement_id, rows, may_repeat=self._may_repeat)]
        return [insert(_found).from_select([column.name for column in each.selected_columns], each) for each in rows]


def _rows(question: Question, span: Span | None, *, only_chosen: bool) -> Select[Any]:
    rows = judged(question, span, only_chosen=only_chosen).subquery("rows")
    channel = cast(literal(str(question.channel.name)), _found.c.channel.type).label("channel")
    return select(channel, *(rows.c[name] for name in ("source", "person_id", *KEPT)))


def _at_once(announcement_id: int, rows: list[Select[Any]], *, may_repeat: bool) -> Any:
    """Find them, write them down, and as skipped those whose address was taken.

    `may_repeat`: somebody may come by once more, who was written down in an earlier stretch.
    """
    found = union_all(*rows).cte("found")
    kept = _copy(announcement_id, found).returning(*(_recipients.c[name] for name in ("channel", *KEPT[:3], "address"))).cte("kept")
    is_kept: ColumnElement[bool] = tuple_(*_identity(found)).in_(select(*_identity(kept)).where(kept.c.address.is_not(None)))
    if may_repeat:
        is_kept = or_(is_kept, _is_kept(announcement_id, found))
    return _copy_others(announcement_id, found, is_kept).add_cte(kept)


def _copy(announcement_id: int, found: FromClause) -> Any:
    kept: dict[str, Any] = {name: found.c[name] for name in KEPT}
    kept["address"] = case((found.c.reason.is_(None), found.c.address))  # only who is written to keeps one, so that it is unique
    return _insert(announcement_id, found, kept, select()).on_conflict_do_nothing()


def _copy_others(announcement_id: int, found: FromClause, is_kept: ColumnElement[bool]) -> Any:
    """Those whose address somebody else has."""
    kept: dict[str, Any] = {name: found.c[name] for name in KEPT}
    kept |= {"address": null(), "reason": literal(SkipReason.SAME_ADDRESS.value)}
    return _insert(announcement_id, found, kept, select().where(found.c.reason.is_(None), ~is_kept))


def _identity(rows: FromClause) -> list[ColumnElement[Any]]:
    """Whoever is written to, and where. None of these is ever NULL, so that a set of them can be looked through."""
    return [rows.c.channel, rows.c.address, *(func.coalesce(rows.c[name], 0) for name in KEPT[:3])]


def _is_kept(announcement_id: int, found: FromClause) -> ColumnElement[bool]:
    same = (_recipients.c[name].is_not_distinct_from(found.c[name]) for name in KEPT[:3])
    return exists().where(
        _recipients.c.announcement_id == announcement_id, _recipients.c.channel == found.c.channel,
        _recipients.c.address == found.c.address, *same,
    )  # fmt: skip


def _insert(announcement_id: int, found: FromClause, kept: dict[str, Any], rows: Select[Any]) -> Any:
    values = {"announcement_id": literal(announcement_id, Integer), "channel": found.c.channel, **kept}
    in_order = (found.c.channel, found.c.source, found.c.person_id)
    picked = rows.add_columns(*(value.label(name) for name, value in values.items())).order_by(*in_order)
    maker = postgresql.insert(_recipients) if db.engine.dialect.name == "postgresql" else sqlite.insert(_recipients)
    return maker.from_select(list(values), picked, include_defaults=False)

"""Tables, transactions, and the line to the database that a request holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    PoolProxiedConnection,
    event,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, SessionTransaction, registry

from app.core import sqlite
from app.core.columns import UtcDateTime
from app.core.events import Event, in_order_of_urgency, publish, record

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all tables; constraint names follow one grammar so that migrations can name them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime()},
    )


class HouseSession(Session):
    """Goes on with the line that `line` has opened, if any."""

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        """The line of this request, or the engine for a new one."""
        own: Line | None = g.get("own_line")
        if own is not None:
            return own.for_session()
        kept: Connection | None = g.get("kept_connection")
        return super().get_bind(*arguments, **named) if kept is None else kept


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": HouseSession, "expire_on_commit": False},
)

# mypy cannot see through db.Model, and Flask-SQLAlchemy needs it at run time.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

_open: ContextVar[list[Event] | None] = ContextVar("open_transaction", default=None)


@contextmanager
def transaction() -> Iterator[list[Event]]:
    """One all-or-nothing change. Yields the list to which the change appends the facts it made true.

    They are recorded in the same commit and published after it. A call inside another transaction joins it, so that
    a public service function may use another room's. What was read before may be stale: read again, or compare and set.
    """
    outer = _open.get()
    if outer is not None:
        yield outer
        return
    events: list[Event] = []
    _end_reading()
    opened, mode = _open.set(events), sqlite.how_to_begin.set("BEGIN IMMEDIATE")
    try:
        with sqlite.turn_to_write(db.engine):
            try:
                _begin_on_kept_line()
                yield events
                if _has_session():
                    db.session.flush()
                record(events)
                _commit()
            except BaseException:
                if _has_session():
                    db.session.rollback()
                _close_own_line()
                raise
    finally:
        _open.reset(opened)
        sqlite.how_to_begin.reset(mode)
    for fact in in_order_of_urgency(events):
        publish(fact)


def _end_reading() -> None:
    """End the reader's snapshot, which SQLite could not turn into a writer. A line that only read is kept for the writer."""
    own: Line | None = g.get("own_line")
    if _session_reads() or (own is not None and own.offered is not None):
        db.session.commit()
        return
    if own is None:
        return
    try:
        own.driver.rollback()
    except own.engine.dialect.loaded_dbapi.Error:
        _close_own_line()  # it broke: the writer takes another one


def _begin_on_kept_line() -> None:
    own: Line | None = g.get("own_line")
    if own is not None:
        sqlite.begin(own.engine.dialect.name, own.driver.dbapi_connection)


def _commit() -> None:
    """By the session, or straight on the line where a change was made of prepared statements alone."""
    own: Line | None = g.get("own_line")
    if own is None or own.session_side is not None:
        if _has_session():
            db.session.commit()
    elif _session_reads():
        db.session.connection()  # it goes on with the line, and commits that
        db.session.commit()
    else:
        try:
            own.driver.commit()
        except own.engine.dialect.loaded_dbapi.Error as error:
            statement = "COMMIT"
            raise OperationalError(statement, None, error) from error
        _close_own_line()


class Line:
    """The connection of one request as the pool gives it. `session_side` is the same for the session, once that goes on with it."""

    __slots__ = ("driver", "engine", "offered", "session_side")

    def __init__(self, engine: Engine, driver: PoolProxiedConnection, session_side: Connection | None = None) -> None:
        """Begin nothing."""
        self.engine = engine
        self.driver = driver
        self.session_side = self.offered = session_side

    def for_session(self) -> Connection:
        """What the session is offered to go on with."""
        if self.offered is None:
            self.offered = Connection(self.engine, self.driver)
        return self.offered


def line(*, with_session: bool = False) -> Line:
    """The line of this request.

    To open a session takes as long as ten small queries, and many pages that only read need none. So the line comes first,
    and a session that follows goes on with it and its transaction; where the session came first, this is the session's.
    In a `transaction` that is so for changes, too. Elsewhere they are the session's (`with_session`), because that commits them.
    """
    here = g._get_current_object()  # noqa: SLF001  # the documented way past the proxy
    known: Line | None = here.get("line")
    if (known is None or known.session_side is None) and _is_the_sessions(with_session=with_session):
        db.session.connection()
        known = here.get("line")
    if known is None:
        engine = db.engine
        driver = _from_the_pool(engine)
        try:
            sqlite.begin(engine.dialect.name, driver.dbapi_connection)
        except BaseException:
            driver.close()
            raise
        known = here.line = here.own_line = Line(engine, driver)
    return known


def _is_the_sessions(*, with_session: bool) -> bool:
    """Whether the session has to open the line: it has begun, or holds the only connection of this block."""
    if not in_transaction():
        return with_session
    return "kept_connection" in g or _session_reads()


def _has_session() -> bool:
    """Whether this request began one. Prepared statements need none, and to begin one takes as long as three of them."""
    return bool(db.session.registry.has())


def _session_reads() -> bool:
    """Whether it is in a transaction."""
    return _has_session() and db.session().in_transaction()


def _from_the_pool(engine: Engine) -> PoolProxiedConnection:
    """Raises OperationalError while the database is away, as a session does."""
    try:
        return engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        statement = "connect"
        raise OperationalError(statement, None, error) from error


def connection() -> Connection:
    """The connection of this request's session. Asking the session itself costs as much as a small query."""
    known: Line | None = g.get("line")
    return known.session_side if known is not None and known.session_side is not None else db.session.connection()


def leave_database() -> None:
    """Give back the line of this request, and its session."""
    db.session.remove()
    _close_own_line()


def _close_own_line() -> None:
    g.pop("line", None)
    own: Line | None = g.pop("own_line", None)
    if own is not None:
        own.driver.close()  # the pool rolls back


@event.listens_for(db.session, "after_begin")
def _keep_line(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    own: Line | None = g.get("own_line")
    if own is None:
        g.line = Line(connection.engine, connection.connection, connection)
    else:
        own.session_side = connection


@event.listens_for(db.session, "after_transaction_end")
def _forget_line(_session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        _close_own_line()


def in_transaction() -> bool:
    """Whether a change is being made right now; calls to the outside world must not happen then."""
    return _open.get() is not None


def open_events() -> list[Event]:
    """The facts of the change that is being made right now. Raises RuntimeError outside of one."""
    events = _open.get()
    if events is None:
        message = "facts belong to a transaction"
        raise RuntimeError(message)
    return events


def release_connection() -> None:
    """Give the database connection back before something slow, such as a call to a carrier."""
    if in_transaction():
        message = "a slow call inside a transaction would hold its locks"
        raise RuntimeError(message)
    if _session_reads():
        db.session.commit()
    else:
        _close_own_line()


def at_one_moment() -> None:
    """Have everything that is read from here on be as it is now, until the next change: numbers of one page have to agree.

    SQLite does so anyway, from the first thing that a request reads on.
    """
    if db.engine.dialect.name != "postgresql" or in_transaction():
        return
    release_connection()
    db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep one connection for all transactions of the block, so that a temporary table of one is there in the next."""
    release_connection()
    with db.engine.connect() as kept:
        g.kept_connection = kept
        try:
            yield
        finally:
            db.session.rollback()
            g.pop("kept_connection", None)


def init_app(app: Flask) -> None:
    """Tie the database to this application."""
    app.teardown_appcontext(lambda _error: _close_own_line())  # after the session, which may go on with it
    db.init_app(app)

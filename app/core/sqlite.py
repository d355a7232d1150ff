"""SQLite as a real database: what each connection is told, how transactions begin, and one writer after the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

how_to_begin: ContextVar[str] = ContextVar("sqlite_begin", default="BEGIN DEFERRED")
_writers: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """Let the threads of this process write to SQLite one after the other.

    It has one writer, and lets others wait by sleeping and asking again: who writes often then keeps who writes once waiting
    for seconds. After ten seconds it is left to SQLite, as between processes.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    lock = _writers.setdefault(engine, Lock())
    has_it = lock.acquire(timeout=10)
    try:
        yield
    finally:
        if has_it:
            lock.release()


def prepare(engine: Engine) -> None:
    """Make SQLite a real database: write-ahead log, foreign keys, and writers that queue instead of failing."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the begin event below decides
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "cache_size=-16000",
            "mmap_size=268435456",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        begin("sqlite", connection.connection.dbapi_connection)


def begin(dialect: str, driver: Any) -> None:
    """Straight to the driver: every request begins a transaction. Other databases begin theirs with the first statement."""
    if dialect != "sqlite" or driver.in_transaction:
        return
    try:
        driver.execute(how_to_begin.get())
    except sqlite3.OperationalError as error:  # somebody holds it: in the words that the rest of the house expects
        raise OperationalError(how_to_begin.get(), None, error) from error

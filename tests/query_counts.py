"""How many times a request reads the database, and how much."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection, Cursor
from typing import Any

from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.database import db

STEPS_AT_ONCE = 10


def is_of_the_second(statement: str) -> bool:
    """Whether a district has programs is asked once a second, in whichever request comes then: `app.api.programs`."""
    return statement.startswith("SELECT bearers.id") and "bearers.district_id = " in statement and "LIMIT" in statement


@contextmanager
def statements(*, of_the_second: bool = False) -> Iterator[list[str]]:
    """All that is asked of the database meanwhile, whatever second it is."""
    seen: list[str] = []

    def note(*args: object) -> None:
        if of_the_second or not is_of_the_second(str(args[2])):
            seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plans(ask: Callable[[], object]) -> dict[str, str]:
    """How SQLite goes about each SELECT behind an answer."""
    seen: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen[statement] = parameters

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    explain = db.session.connection().exec_driver_sql
    return {each: "\n".join(str(step[3]) for step in explain(f"EXPLAIN QUERY PLAN {each}", seen[each])) for each in seen}


@contextmanager
def steps() -> Iterator[list[int]]:
    """What SQLite does meanwhile, in steps of its machine: the same on a slow computer and on a fast one."""
    taken, watched = [0], set[Connection]()

    def step() -> None:
        taken[0] += STEPS_AT_ONCE

    def watch(_connection: object, cursor: Cursor, *_statement: object) -> None:
        cursor.connection.set_progress_handler(step, STEPS_AT_ONCE)
        watched.add(cursor.connection)

    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        yield taken
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
        for each in watched:
            each.set_progress_handler(None, 0)


def count_selects(ask: Callable[[], TestResponse]) -> int:
    """The SELECTs behind an answer, which must be a good one. What is remembered for a moment, such as empty badges, is known by then."""
    assert ask().status_code == 200
    with statements() as seen:
        assert ask().status_code == 200
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)

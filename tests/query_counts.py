"""How many times a request reads the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.database import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is asked of the database meanwhile."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def count_selects(ask: Callable[[], TestResponse]) -> int:
    """The SELECTs behind an answer, which must be a good one. What is remembered for a moment, such as empty badges, is known by then."""
    assert ask().status_code == 200
    with statements() as seen:
        assert ask().status_code == 200
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)

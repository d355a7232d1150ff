"""How many times a request reads the database."""

from collections.abc import Callable

from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.database import db


def count_selects(ask: Callable[[], TestResponse]) -> int:
    """The SELECTs behind an answer, which must be a good one."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert ask().status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)

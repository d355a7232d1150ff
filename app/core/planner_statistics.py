"""What the database knows of its tables when it plans a query: kept true after imports, every day, and when a process ends.

PostgreSQL looks after itself but for what an import just changed. SQLite never does: its manual asks for `PRAGMA optimize` when
a process begins, now and then, and before it ends. It only looks at tables that grew or shrank, and only at a part of each.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.core.database import db, release_connection
from app.core.jobs import alongside, every, job

log = structlog.get_logger()

DAY = 24 * 3600
ROWS_LOOKED_AT = 1_000
"""Of each index; more would make the statistics hardly better, and other writers wait."""
CHANGED_TABLES, ALL_TABLES = 0xFFFE, 0x10002
"""Masks of SQLite: tables that this connection used, or all."""


def refresh(*, all_tables: bool = True) -> None:
    """Look at the tables again. Not inside a transaction; a database that is busy is left for the next time."""
    release_connection()
    try:
        if db.engine.dialect.name != "sqlite":
            with db.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
            return
        with closing(db.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
            cursor.execute(f"PRAGMA optimize={ALL_TABLES if all_tables else CHANGED_TABLES}")
            cursor.close()
    except (OperationalError, sqlite3.OperationalError):
        log.warning("statistics.busy")


@job()
def look_at_grown_tables() -> None:
    """The daily look, where the database does not do it by itself."""
    if db.engine.dialect.name == "sqlite":
        refresh()


def _look_at_the_end(app: Flask) -> Callable[[], None]:
    def end() -> None:
        with app.app_context():
            look_at_grown_tables.function()

    return end


def init_app() -> None:
    """Look every day, and when a worker process ends."""
    every(DAY, look_at_grown_tables)
    alongside(_look_at_the_end)

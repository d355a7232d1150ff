"""How Alembic reaches the database of the application that Flask-Migrate set up."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.columns import UtcDateTime
from app.core.database import db

config = context.config
FULL_TEXT = "messages_fts"
"""SQLite keeps its full-text index in shadow tables of this prefix; PostgreSQL's is an index of the same prefix."""


def include_object(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:  # noqa: FBT001  (Alembic's signature)
    """Leave out what the models do not know: the full-text index is made by hand in its migration."""
    return not (reflected and name is not None and name.startswith(FULL_TEXT)) and kind != "sqlite_sequence"


def render_item(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own column types as the plain ones below them, so that old migrations need none of today's code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it. Dropping the old one must not take along, nor be stopped by, what points to it.

    Only before a transaction can that be said, so this reaches past SQLAlchemy, which has begun none yet.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # within a transaction the next line would change nothing
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_what_points_nowhere(connection: Connection) -> None:
    """Look once more at all that was not looked at meanwhile. Raises RuntimeError, upon which nothing is changed."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            tables = sorted({str(row[0]) for row in lost})
            message = f"{len(lost)} rows of {', '.join(tables)} point to rows that are gone. Nothing was changed."
            raise RuntimeError(message)


def run() -> None:
    """Run the migrations on the application's own engine, in one transaction."""
    options = current_app.extensions["migrate"].configure_args
    steps: list[Any] = []
    with db.engine.connect() as connection, tables_may_be_made_anew(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=render_item,
            transactional_ddl=True,
            on_version_apply=lambda step, **_rest: steps.append(step),
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
            if steps:
                refuse_what_points_nowhere(connection)


run()

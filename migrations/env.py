"""How Alembic reaches the database of the application that Flask-Migrate set up."""

from typing import Any

from alembic import context
from flask import current_app

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


def run() -> None:
    """Run the migrations on the application's own engine, in one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=render_item,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

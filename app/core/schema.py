"""The tables: whether they are there at all, and bringing them to this version."""

from pathlib import Path

import flask_migrate
from sqlalchemy import inspect

from app.core.database import db

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")


def is_there() -> bool:
    """Whether any version of the tables was ever made in this database."""
    return inspect(db.engine).has_table("alembic_version")


def bring_up_to_date() -> None:
    """Run the migrations that this database has not seen."""
    flask_migrate.upgrade(MIGRATIONS)

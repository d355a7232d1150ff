"""A house of its own for a measurement: an empty migrated SQLite database in a temporary folder."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
from flask import Flask

from app import create_app
from app.config import read_settings
from app.core.database import db
from app.core.memory import keep_for_good

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")


@contextlib.contextmanager
def house(**settings: object) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="homeroom-bench-") as folder:
        values = {"data": folder, "secret_key": "a secret for measuring", "worker": False, "rate_limits": False, "log_format": "json"}
        app = create_app(read_settings({}, **(values | settings)))
        with app.app_context():
            flask_migrate.upgrade(MIGRATIONS)
            keep_for_good()  # as every server of ours does
            yield app
            db.session.remove()
            db.engine.dispose()

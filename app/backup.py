"""`flask --app wsgi backup FOLDER`: a copy of everything that Homeroom keeps, taken while it runs. The copy is a data folder itself."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.config import Settings
from app.core.database import db

DATABASE, PRACTICE, FILES, SECRET = "homeroom.sqlite3", "simulator.sqlite3", "files", "secret_key"


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Copy the embedded database, the files and the secret into a new FOLDER, also while Homeroom runs."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_sqlite:
        raise click.ClickException("With PostgreSQL use pg_dump for the database, and copy the files folder beside it.")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Name a new folder: one copy never goes over another.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _copy_database(Path(db.engine.url.database or ""), folder / DATABASE)
    if (settings.data / PRACTICE).is_file():
        _copy_database(settings.data / PRACTICE, folder / PRACTICE)
    if (settings.data / FILES).is_dir():  # after the database: each file that the copy speaks of is there by now
        shutil.copytree(settings.data / FILES, folder / FILES)
    if (settings.data / SECRET).is_file():
        shutil.copy2(settings.data / SECRET, folder / SECRET)
    click.echo(f"{folder} is a whole data folder. The way back: stop Homeroom, put it in the place of {settings.data}, start.")


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)

"""Districts, schools, families, contact points, consent, numbers, and the roster import."""

from flask import Flask

from app.core.jobs import every
from app.directory.roster import cli, jobs


def init_app(app: Flask) -> None:
    """Register the import command and the tick that takes up imports."""
    app.cli.add_command(cli.import_roster_command)
    every(10, jobs.take_up_roster_imports)

"""Commands of an operator: `flask --app wsgi …`."""

import signal
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.backup import backup
from app.config import Settings
from app.core import jobs
from app.core.memory import keep_for_good
from app.demo.service import HouseNotEmpty, fill
from app.doctor import doctor
from app.simulator.cli import simulator


def init_app(app: Flask) -> None:
    """Register the commands that belong to no room."""
    for command in (worker, demo, doctor, backup, simulator):
        app.cli.add_command(command)


@click.command("worker")
@click.option("--threads", default=None, type=click.IntRange(1, 64), help="How many jobs at the same time.")
def worker(threads: int | None) -> None:
    """Serve background jobs until stopped. Any number of these may run."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the documented way to the real one
    settings: Settings = app.extensions["settings"]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    jobs.start(app, threads=threads or settings.worker_threads)
    keep_for_good()
    click.echo("Worker started.")
    stopped.wait()
    jobs.stop(app)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo district."""
    try:
        fill()
    except HouseNotEmpty as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    click.echo("The demo district is in. Sign in as teacher@demo.test with the password homeroom-demo.")

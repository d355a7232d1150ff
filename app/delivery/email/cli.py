"""`flask --app wsgi receive-bounce`: what a mail server pipes here, as an alias or a .forward says."""

import sys
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.delivery.email import reported, reports

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the report and comes again."""


@click.command("receive-bounce")
@click.argument("file", type=click.File("rb"), default="-")
@with_appcontext
def receive_bounce(file: BinaryIO) -> None:
    """Read one email from FILE or the standard input, and note which of our emails it says came back.

    Anything else, such as somebody's answer, is passed over and ends well: a failure here would be mailed back to its writer.
    """
    report = reports.read(file.read(reports.LARGEST))
    if report is None:
        click.echo("Not a report about an email of ours. Nothing was noted.")
        return
    try:
        is_ours = reported.apply(report)
    except SQLAlchemyError:
        click.echo("The database does not answer. Come again later.", err=True)
        sys.exit(TRY_LATER)
    click.echo(f"Noted: {report.what}{f', {report.code}' if report.code else ''}." if is_ours else "No such email was sent from here.")

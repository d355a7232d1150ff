"""`flask import-roster PATH`: the same import from a terminal or a nightly schedule."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from app.core import schema
from app.core.database import db
from app.core.errors import HomeroomError
from app.directory.models import District
from app.directory.roster import service
from app.directory.roster.findings import Result


@click.command("import-roster")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--district", help="Name or number of the district, where there are several.")
@click.option("--allow-many-leavers", is_flag=True, help="Deactivate people even when a large share is missing from the roster.")
@with_appcontext
def import_roster_command(path: Path, *, dry_run: bool, district: str | None, allow_many_leavers: bool) -> None:
    """Bring a district in line with a OneRoster CSV folder or zip (version 1.1 or 1.2)."""
    district_id = find_district(district)
    try:
        result = service.import_at_once(path, district_id, dry_run=dry_run, allow_many_leavers=allow_many_leavers)
    except HomeroomError as refusal:
        raise click.ClickException(refusal.advice) from refusal
    report(result, dry_run=dry_run)
    sys.exit(1 if result.issues or result.held else 0)


def find_district(wanted: str | None) -> int:
    """The district that a command means. Raises ClickException with the choices when that is not clear."""
    query = select(District.id, District.name).order_by(District.id)
    if wanted is not None:
        number = int(wanted) if wanted.isdigit() else -1
        query = query.where(or_(District.name == wanted, District.id == number))
    found = db.session.execute(query).all() if schema.is_there() else []
    if len(found) == 1:
        return int(found[0].id)
    if not found and wanted is None:
        raise click.ClickException("There is no district yet. Make one with `flask --app wsgi district create NAME --time-zone ZONE`.")
    choices = ", ".join(f"{row.id} ({row.name})" for row in found) or "none"
    raise click.ClickException(f"Say which district with --district. There is: {choices}.")


def report(result: Result, *, dry_run: bool) -> None:
    """Print the counts and every line that had a problem."""
    click.echo("What would change:" if dry_run else "What changed:")
    click.echo(f"  {'':16}{'created':>9}{'changed':>9}{'unchanged':>11}{'deactivated':>13}{'refused':>9}")
    for kind, c in result.counts.items():
        click.echo(f"  {kind:16}{c.created:>9}{c.changed:>9}{c.unchanged:>11}{c.deactivated:>13}{c.refused:>9}")
    for each in result.held:
        click.echo(
            f"  {each.leaving} of {each.total} {each.kind} are missing from this roster. That looks like a broken export, so none of them "
            "was deactivated. If it is right, import again with --allow-many-leavers.",
            err=True,
        )
    for issue in result.issues:
        click.echo(f"  {issue.file}, line {issue.line}: {issue.reason}", err=True)
    if result.more_issues:
        click.echo(f"  … and {result.more_issues} further lines.", err=True)

"""The command that makes a real district, before its roster and its first administrator."""

from zoneinfo import available_timezones

import click
from flask.cli import AppGroup

from app.core import schema
from app.directory.service.districts import DistrictExists, create_district

district_commands = AppGroup("district", help="Districts: the tenants of this installation.")


def known_zone(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse a time zone that nobody knows."""
    if value not in available_timezones():
        raise click.BadParameter("no such time zone; one is America/New_York")
    return value


@district_commands.command("create")
@click.argument("name")
@click.option("--time-zone", required=True, callback=known_zone, help="Such as America/Chicago.")
@click.option("--country", default="US", show_default=True, help="Two letters; decides how phone numbers are read.")
@click.option("--language", default="en", show_default=True, help="The language of its school staff.")
def create(name: str, time_zone: str, country: str, language: str) -> None:
    """Make a district without schools: they come with the roster."""
    if not schema.is_there():
        schema.bring_up_to_date()
    try:
        create_district(name, time_zone=time_zone, country=country, language=language)
    except DistrictExists as refusal:
        raise click.ClickException(refusal.advice) from refusal
    click.echo(f"{name} is there. Next: flask --app wsgi import-roster PATH, then flask --app wsgi staff create EMAIL --name NAME")

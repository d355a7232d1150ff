"""Commands for whoever runs the house: the first administrator of a real district comes from here."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts import queries, service
from app.accounts.models import OneTimeToken, Role, Staff, StaffStatus, TokenPurpose, are_people
from app.accounts.service.links import address_of
from app.accounts.service.signing_in import normal_email
from app.accounts.tenancy import districts, schools
from app.core import mail, schema
from app.core.database import db
from app.core.errors import HomeroomError

staff_commands = AppGroup("staff", help="People who sign in.")


@staff_commands.command("create")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default=str(Role.DISTRICT_ADMIN), show_default=True)
@click.option("--school", "school_names", multiple=True, help="A school's name; may be given several times.")
@click.option("--district", "district_name", help="The district's name; needed when there are several.")
def create(email: str, name: str, role: str, school_names: tuple[str, ...], district_name: str | None) -> None:
    """Add a person and print the link by which they choose a password."""
    district_id = _district(district_name)
    schools_of_role = _schools(district_id, role, school_names)
    try:
        staff, link = service.add_person(
            district_id, email, name=name, role=Role(role), school_ids=schools_of_role, by_mail=mail.leaves_the_house()
        )
    except HomeroomError as refusal:
        raise click.ClickException(refusal.advice) from refusal
    _print_link(staff, link)


@staff_commands.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Make a new invitation for somebody who has not joined yet, and print its link."""
    staff = person_of(email)
    if staff.status != StaffStatus.INVITED:
        raise click.ClickException("This person has joined already, or left. See `staff reset-password`.")
    link = service.renew_link(staff, TokenPurpose.INVITATION, by_mail=mail.leaves_the_house())
    _print_link(staff, link)


@staff_commands.command("reset-password")
@click.argument("email")
def reset_password(email: str) -> None:
    """Print a link by which an active person chooses a new password."""
    staff = person_of(email)
    if not staff.is_active:
        raise click.ClickException("This account is not active.")
    link = service.renew_link(staff, TokenPurpose.RESET, by_mail=mail.leaves_the_house())
    _print_link(staff, link)


@staff_commands.command("list")
@click.option("--district", "district_name", help="The district's name; needed when there are several.")
def list_staff(district_name: str | None) -> None:
    """Print who has an account."""
    for staff in queries.everybody(_district(district_name)):
        click.echo(f"{staff.status:<12} {staff.role:<15} {staff.email:<40} {staff.name}")


def _district(name: str | None) -> int:
    wanted = select(districts.c.id, districts.c.name).order_by(districts.c.name)
    found = db.session.execute(wanted.where(districts.c.name == name) if name else wanted).all() if schema.is_there() else []
    if len(found) == 1:
        return int(found[0].id)
    if not found:
        raise click.ClickException("There is no such district. Make one with `flask --app wsgi district create NAME --time-zone ZONE`.")
    raise click.ClickException("Which district? Use --district with one of: " + ", ".join(row.name for row in found))


def _schools(district_id: int, role: str, names: tuple[str, ...]) -> list[int]:
    known = {
        row.name: row.id for row in db.session.execute(select(schools.c.id, schools.c.name).where(schools.c.district_id == district_id))
    }
    missing = [name for name in names if name not in known]
    if missing:
        raise click.ClickException(f"No such school: {', '.join(missing)}. There are: {', '.join(sorted(known)) or 'none yet'}")
    if role != Role.DISTRICT_ADMIN and not names:
        raise click.ClickException("This role needs --school.")
    return [known[name] for name in names]


def person_of(email: str) -> Staff:
    """Whoever has this email."""
    staff = db.session.scalar(select(Staff).where(Staff.email == normal_email(email), are_people()))
    if staff is None:
        raise click.ClickException("Nobody has this email.")
    return staff


def _print_link(staff: Staff, link: OneTimeToken) -> None:
    click.echo(f"{staff.name} <{staff.email}>, {staff.role}")
    click.echo(f"Open this once, before {link.expires_at:%Y-%m-%d %H:%M} UTC:")
    click.echo(f"  {address_of(link)}")

"""A key from the terminal, for whoever runs the house."""

import click

from app.accounts import service
from app.accounts.api_page import papers_for
from app.accounts.cli import person_of
from app.accounts.models import BearerType, Role
from app.accounts.queries_access import bearer_of_district
from app.accounts.scopes import Scope
from app.accounts.tenancy import school_names
from app.core.errors import HomeroomError


@click.command("create-api-key")
@click.argument("email")
@click.option("--name", required=True, help='What the key is for, such as "Attendance sync".')
@click.option(
    "--may",
    "scopes",
    type=click.Choice([str(one) for one in Scope]),
    multiple=True,
    help="May be given several times; without it, all but manage.",
)
@click.option("--school", "wanted", multiple=True, help="Only for this school; may be given several times.")
@click.option("--as-person", is_flag=True, help="The key acts as the person with EMAIL, and can do what this person can do.")
def create_api_key(email: str, name: str, scopes: tuple[str, ...], wanted: tuple[str, ...], *, as_person: bool) -> None:
    """Let another system into the district of a district admin (EMAIL), and print its key, once."""
    person = person_of(email)
    if not as_person and person.role != Role.DISTRICT_ADMIN:
        raise click.ClickException("Name a district admin, or let the key act as this person with --as-person.")
    known = {title: number for number, title in school_names(person.district_id).items()}
    missing = [one for one in wanted if one not in known]
    if missing:
        raise click.ClickException(f"No such school: {', '.join(missing)}. There are: {', '.join(sorted(known)) or 'none yet'}")
    chosen = [Scope(one) for one in scopes] or None
    if Scope.MANAGE in scopes and (wanted or as_person):
        raise click.ClickException("Managing is for the whole district: leave out --school and --as-person.")
    kind = BearerType.USER if as_person else BearerType.ADMIN if Scope.MANAGE in scopes else BearerType.APPLICATION
    system = service.NewSystem(name, kind, person if as_person else None, [known[one] for one in wanted] or None)
    try:
        new = service.let_in_by_operator(person.district_id, system, scopes=chosen)
    except HomeroomError as refusal:
        raise click.ClickException(refusal.advice) from refusal
    click.echo(f"{new.key.name}: {new.key.scope_words.replace(' ', ', ')}")
    for paper in papers_for(bearer_of_district(person.district_id, new.key.bearer_id)):
        click.echo(f"{paper.title}: {paper.words} It is shown once.")
        click.echo(f"  {paper.value}")
    click.echo("This is the key, which is shown once as well. Keep both where secrets are kept:")
    click.echo(f"  {new.token}")

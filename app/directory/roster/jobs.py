"""Background work of roster imports."""

from app.core import planner_statistics
from app.core.events import on
from app.core.jobs import job
from app.directory.events import RosterImported
from app.directory.roster import service


@on(RosterImported)
def know_the_new_tables(_fact: RosterImported) -> None:
    """What the database thought of tables that were empty yesterday makes every query slow."""
    planner_statistics.refresh()


@job()
def run_roster_import(import_id: int) -> None:
    """Carry out one import."""
    service.run_import(import_id)


@job()
def take_up_roster_imports() -> None:
    """Nudge every import that nobody works on."""
    for import_id in service.due_imports():
        run_roster_import.send(import_id)

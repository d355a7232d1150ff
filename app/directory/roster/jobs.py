"""Background work of roster imports."""

from app.core.jobs import job
from app.directory.roster import service


@job()
def run_roster_import(import_id: int) -> None:
    """Carry out one import."""
    service.run_import(import_id)


@job()
def take_up_roster_imports() -> None:
    """Nudge every import that nobody works on."""
    for import_id in service.due_imports():
        run_roster_import.send(import_id)

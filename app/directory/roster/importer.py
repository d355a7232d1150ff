"""Bring a district in line with its roster. Idempotent: the same roster twice changes nothing the second time."""

from pathlib import Path

from app.core.database import transaction
from app.directory.events import RosterImported
from app.directory.roster.classes import Classes
from app.directory.roster.families import Families
from app.directory.roster.findings import Result
from app.directory.roster.people import People
from app.directory.roster.reading import open_bundle
from app.directory.roster.run import Progress, Run
from app.directory.roster.schools import Schools


def import_roster(
    path: Path, district_id: int, *, dry_run: bool = False, allow_many_leavers: bool = False, progress: Progress | None = None
) -> Result:
    """Read the bundle at `path` into the district.

    What left the roster is deactivated, never deleted. Wrong lines are in the result, and the rest goes in. Raises
    RosterUnreadable when the bundle as a whole is unusable; then nothing was changed.
    """
    with open_bundle(path) as bundle:
        run = Run(bundle, district_id, dry_run=dry_run, allow_many_leavers=allow_many_leavers, progress=progress or _silent)
        schools = Schools(run)
        people = People(run, schools)
        families = Families(run, people)
        classes = Classes(run, schools, people)
        schools.read()
        people.read()
        families.bind()
        classes.read()
        people.release()
        families.release()
        classes.release()
        if not dry_run:
            with transaction() as events:
                events.append(RosterImported(district_id))
    run.result.counts = {
        "schools": schools.table.counts,
        "staff": people.staff.counts,
        "students": people.students.counts,
        "guardians": people.guardians.counts,
        "contact_points": people.points.counts,
        "guardianships": families.bonds.counts,
        "sections": classes.sections.counts,
        "teachers": classes.teachers.counts,
        "enrollments": classes.enrollments.counts,
    }
    return run.result


def _silent(_step: str, _done: int, _total: int) -> None:
    return

"""The schools of a roster."""

from dataclasses import dataclass, field

from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import District, School
from app.directory.roster import records
from app.directory.roster.reading import Line
from app.directory.roster.records import Refused
from app.directory.roster.run import Run
from app.directory.roster.tables import KeyedTable, Row


@dataclass
class Schools:
    """orgs.csv; a school is never deactivated because a file lacks it."""

    run: Run
    table: KeyedTable = field(init=False)

    def __post_init__(self) -> None:
        zone = db.session.get_one(District, self.run.district_id).time_zone
        self.table = self.run.keyed(School, ("name", "is_active"), lambda: {"uuid": new_uuid(), "time_zone": zone, "office_hours": {}})

    @property
    def ids(self) -> dict[str, int]:
        """Our id of each school, by the roster's."""
        return self.table.ids

    def read(self) -> None:
        """Bring the schools in line."""
        self.table.put(self.run.rows("orgs", self.table.counts, _school))


def _school(line: Line) -> Row | None:
    if line.get("type").lower() != "school":
        return None
    name = records.fitting(line.get("name"), "name", "name")
    if not name:
        raise Refused("school_without_name")
    return {"source_id": line.get("sourcedId"), "name": name, "is_active": records.is_active(line)}

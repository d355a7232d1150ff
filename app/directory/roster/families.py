"""What binds the adults of a roster to its students."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.core.database import db
from app.directory.models import Guardianship, Student
from app.directory.roster.people import People
from app.directory.roster.run import Run
from app.directory.roster.tables import LinkTable, Row, set_inactive

AFTER_THOSE_OF_THE_STUDENT = 9


@dataclass
class Families:
    """Guardianships, from whichever side names them. The order in the student's list is the priority."""

    run: Run
    people: People
    bonds: LinkTable = field(init=False)

    def __post_init__(self) -> None:
        made_with: Row = {"may_contact": True, "lives_with": True, "from_roster": True}
        self.bonds = self.run.linked(Guardianship, ("student_id", "guardian_id"), lambda: made_with, self._bound)

    def bind(self) -> None:
        """Bring the guardianships in line; all people are known by now."""
        self.bonds.put(self._rows())

    def release(self) -> None:
        """A guardianship ends when its student is still in the roster and no longer names the guardian."""
        if not self.run.tells_who_left("users"):
            return
        rows = db.session.execute(
            select(Guardianship.id, Guardianship.student_id, Guardianship.guardian_id)
            .join(Student, Student.id == Guardianship.student_id)
            .where(Student.district_id == self.run.district_id, Guardianship.from_roster, Guardianship.is_active)
        ).all()
        students = set(self.people.students.ids.values())
        gone = {
            row.id: row.guardian_id
            for row in rows
            if row.student_id in students and (row.student_id, row.guardian_id) not in self.bonds.seen
        }
        self.bonds.counts.deactivated += len(gone)
        if not self.run.dry_run:
            set_inactive(self.bonds.table, list(gone), lambda chunk: self.run.guardians_changed(gone[number] for number in chunk))

    def _bound(self, rows: Sequence[Row]) -> None:
        self.run.guardians_changed(row["guardian_id"] for row in rows)

    def _rows(self) -> Iterator[Row]:
        links = self.people.links
        for student, agents in links.guardians_of.items():
            for priority, agent in enumerate(agents, start=1):
                yield from self._bond(student, agent, priority)
        for guardian, agents in links.students_of.items():
            for student in agents:
                yield from self._bond(student, guardian, AFTER_THOSE_OF_THE_STUDENT)

    def _bond(self, student: str, guardian: str, priority: int) -> Iterator[Row]:
        student_id, guardian_id = self.people.students.ids.get(student), self.people.guardians.ids.get(guardian)
        if student_id is not None and guardian_id is not None:
            yield {
                "student_id": student_id,
                "guardian_id": guardian_id,
                "relationship_name": self.people.links.relation_of.get(guardian, "guardian"),
                "priority": priority,
                "is_active": True,
            }

"""The classes of a roster, who attends and who teaches them."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import Enrollment, Section, SectionTeacher
from app.directory.roster import records
from app.directory.roster.people import People
from app.directory.roster.reading import Line
from app.directory.roster.records import Refused
from app.directory.roster.run import Run
from app.directory.roster.schools import Schools
from app.directory.roster.tables import KeyedTable, LinkTable, Row, chunks


@dataclass
class Classes:
    """classes.csv and enrollments.csv."""

    run: Run
    schools: Schools
    people: People
    sections: KeyedTable = field(init=False)
    enrollments: LinkTable = field(init=False)
    teachers: LinkTable = field(init=False)

    def __post_init__(self) -> None:
        self.sections = self.run.keyed(Section, ("school_id", "name", "room", "grade", "is_active"), lambda: {"uuid": new_uuid()})
        self.enrollments = self.run.linked(Enrollment, ("section_id", "student_id"))
        self.teachers = self.run.linked(SectionTeacher, ("section_id", "staff_id"))

    def read(self) -> None:
        """Bring classes and enrollments in line; all people are known by now."""
        self.sections.put(self.run.rows("classes", self.sections.counts, self._section))
        for lines in chunks(self.run.readable("enrollments")):
            pupils: list[Row] = []
            teachers: list[Row] = []
            for line in lines:
                try:
                    self._enrollment(line, pupils, teachers)
                except Refused as refusal:
                    self.run.report(line, refusal.problem, **refusal.details)
                    self.enrollments.counts.refused += 1
            self.enrollments.put(pupils)
            self.teachers.put(teachers)

    def release(self) -> None:
        """Let go what the roster no longer has."""
        if self.run.tells_who_left("classes"):
            self.run.release("sections", self.sections, Section)
        if self.run.tells_who_left("enrollments"):
            self._release_pairs(self.enrollments)
            self._release_pairs(self.teachers)

    def _section(self, line: Line) -> Row:
        title = line.get("title") or line.get("classCode")
        if not title:
            raise Refused("class_without_title")
        school = self.schools.ids.get(line.get("schoolSourcedId"))
        if school is None:
            raise Refused("class_without_school")
        return {
            "source_id": line.get("sourcedId"),
            "school_id": school,
            "name": records.fitting(title, "title", "title"),
            "room": line.get("location")[:60] or None,
            "grade": records.grade(line),
            "is_active": records.is_active(line),
        }

    def _enrollment(self, line: Line, pupils: list[Row], teachers: list[Row]) -> None:
        section = self.sections.ids.get(line.get("classSourcedId"))
        if section is None:
            raise Refused("no_class")
        user, role = line.get("userSourcedId"), line.get("role").lower()
        common: Row = {"section_id": section, "is_active": records.is_active(line), "source_id": line.get("sourcedId")[:120]}
        if role == "student":
            student = self.people.students.ids.get(user)
            if student is None:
                raise Refused("no_student")
            pupils.append({**common, "student_id": student})
        elif role in records.STAFF_ROLES:
            person = self.people.staff.ids.get(user)
            if person is None:
                raise Refused("no_staff")
            teachers.append({**common, "staff_id": person})
        else:
            raise Refused("odd_role", role=role[:40])

    def _release_pairs(self, table: LinkTable) -> None:
        """A pair ends when its class is still in the roster and no longer has it."""
        sections = set(self.sections.ids.values())
        one, other = (table.table.c[name] for name in table.key)
        in_district = one.in_(select(Section.id).where(Section.district_id == self.run.district_id))
        rows = db.session.execute(select(one, other).where(table.table.c.is_active, in_district)).all()
        table.release([(row[0], row[1]) for row in rows if row[0] in sections and (row[0], row[1]) not in table.seen])

"""Bring a district in line with its roster. Idempotent: the same roster twice changes nothing the second time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, func, select

from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import (
    ContactHealth,
    ContactKind,
    ContactPoint,
    District,
    Enrollment,
    Guardian,
    Guardianship,
    School,
    Section,
    SectionTeacher,
    Student,
)
from app.directory.roster import records
from app.directory.roster.reading import Bundle, Line, open_bundle
from app.directory.roster.records import Refused, User
from app.directory.roster.staff import StaffTable
from app.directory.roster.tables import Counts, KeyedTable, LinkTable, Row, chunks, set_inactive

MOST_ISSUES = 5_000
"""More are counted and not kept: a file with so many wrong lines is wrong as a whole."""
BRAKE_SHARE = 0.3
BRAKE_LEAST = 50
"""Deactivating more than this share, and at least so many, is taken for a broken export until somebody confirms it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A line that did not go in, or went in with something left out."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """So many of one kind are missing that none of them was deactivated: the export looks broken until somebody confirms it."""

    kind: str
    leaving: int
    total: int


@dataclass
class Result:
    """What an import did, or in a dry run would do."""

    counts: dict[str, Counts] = field(default_factory=dict)
    held: list[HeldBack] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    more_issues: int = 0

    def as_report(self) -> dict[str, Any]:
        """The counts per kind of record, for the row of the import, with how many were held back."""
        report: dict[str, Any] = {kind: counts.as_report() for kind, counts in self.counts.items()}
        for each in self.held:
            report[each.kind]["held"] = {"leaving": each.leaving, "total": each.total}
        return report


Progress = Callable[[str, int, int], None]
"""Told the step, and how many of how many bytes were read."""


def import_roster(
    path: Path, district_id: int, *, dry_run: bool = False, allow_many_leavers: bool = False, progress: Progress | None = None
) -> Result:
    """Read the bundle at `path` into the district.

    What left the roster is deactivated, never deleted. Wrong lines are in the result, and the rest goes in. Raises
    RosterUnreadable when the bundle as a whole is unusable; then nothing was changed.
    """
    with open_bundle(path) as bundle:
        run = _Run(bundle, district_id, dry_run=dry_run, allow_many_leavers=allow_many_leavers, progress=progress or _silent)
        return run.everything()


def _silent(_step: str, _done: int, _total: int) -> None:
    return


class _Run:
    def __init__(self, bundle: Bundle, district_id: int, *, dry_run: bool, allow_many_leavers: bool, progress: Progress) -> None:
        self.bundle = bundle
        self.district_id = district_id
        self.dry_run = dry_run
        self.allow_many_leavers = allow_many_leavers
        self.progress = progress
        self.result = Result()
        district = db.session.get_one(District, district_id)
        self.zone, self.language = district.time_zone, district.language
        self.roles: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.unreadable: set[str] = set()
        """Files that were left out as a whole: nobody is taken to have left because of them."""
        self.schools = self._keyed(School, ("name", "is_active"), lambda: {"uuid": new_uuid(), "time_zone": self.zone, "office_hours": {}})
        self.students = self._keyed(
            Student,
            ("school_id", "given_name", "family_name", "preferred_name", "grade", "student_number", "is_active", "search_text"),
            lambda: {"uuid": new_uuid(), "ask_office": False},
        )
        self.guardians = self._keyed(
            Guardian,
            ("given_name", "family_name", "is_active", "search_text"),
            lambda: {"uuid": new_uuid(), "language": self.language, "created_at": now()},
        )
        self.sections = self._keyed(Section, ("school_id", "name", "room", "grade", "is_active"), lambda: {"uuid": new_uuid()})
        self.staff = StaffTable(district_id, dry_run=dry_run)
        self.points = LinkTable(
            cast("Table", ContactPoint.__table__),
            ("guardian_id", "address"),
            ("is_active",),
            lambda: {"uuid": new_uuid(), "health": ContactHealth.UNCONFIRMED, "created_at": now(), "district_id": district_id},
            dry_run,
        )
        self.bonds = LinkTable(
            cast("Table", Guardianship.__table__),
            ("student_id", "guardian_id"),
            ("is_active",),
            lambda: {"may_contact": True, "lives_with": True, "from_roster": True},
            dry_run,
        )
        self.enrollments = LinkTable(cast("Table", Enrollment.__table__), ("section_id", "student_id"), ("is_active",), dict, dry_run)
        self.teachers = LinkTable(cast("Table", SectionTeacher.__table__), ("section_id", "staff_id"), ("is_active",), dict, dry_run)

    def _keyed(self, model: type[Any], compared: tuple[str, ...], made_with: Callable[[], Row]) -> KeyedTable:
        return KeyedTable(model.__table__, self.district_id, compared, made_with, self.dry_run)

    def everything(self) -> Result:
        self.schools.put(self._lines("orgs", self._school))
        self._read_roles()
        links = _Links()
        self._people(links)
        self._bind(links)
        self.sections.put(self._lines("classes", self._section))
        self._enroll()
        self._let_go()
        for kind, table in self._tables().items():
            self.result.counts[kind] = table.counts
        return self.result

    def _tables(self) -> dict[str, Any]:
        return {
            "schools": self.schools,
            "staff": self.staff,
            "students": self.students,
            "guardians": self.guardians,
            "contact_points": self.points,
            "guardianships": self.bonds,
            "sections": self.sections,
            "teachers": self.teachers,
            "enrollments": self.enrollments,
        }

    # --- lines ---------------------------------------------------------------

    def _lines(self, name: str, convert: Callable[[Line], Row | None]) -> Iterator[Row]:
        """The rows of a file; lines that are refused or come twice are reported."""
        first: dict[str, int] = {}
        for line in self._readable(name):
            try:
                take_once(first, records.source_id_of(line), line)
                row = convert(line)
            except Refused as refusal:
                self._report(line, str(refusal), name)
                continue
            if row is not None:
                yield row

    def _readable(self, name: str) -> Iterator[Line]:
        if name not in self.bundle:
            return
        missing = self.bundle.missing_columns(name)
        if missing:
            self._add_issue(Issue(f"{name}.csv", 1, f"The columns {', '.join(missing)} are missing, so the whole file was left out."))
            self.unreadable.add(name)
            return
        size, read = self.bundle.size(name), 0
        for count, line in enumerate(self.bundle.lines(name), start=1):
            yield line
            read += sum(map(len, line.fields.values())) + len(line.fields)
            if count % 500 == 0:
                self.progress(name, min(read, size), size)
        self.progress(name, size, size)

    def _report(self, line: Line, reason: str, kind: str | None = None) -> None:
        self._add_issue(Issue(line.file, line.number, reason))
        counts = {"orgs": self.schools, "classes": self.sections}.get(kind or "")
        if counts is not None:
            counts.counts.refused += 1

    def _add_issue(self, issue: Issue) -> None:
        if len(self.result.issues) < MOST_ISSUES:
            self.result.issues.append(issue)
        else:
            self.result.more_issues += 1

    # --- schools, roles, classes -------------------------------------------------

    def _school(self, line: Line) -> Row | None:
        if line.get("type").lower() != "school":
            return None
        name = records.fitting(line.get("name"), "name", "name")
        if not name:
            raise Refused("The school has no name.")
        return {"source_id": line.get("sourcedId"), "name": name, "is_active": records.is_active(line)}

    def _read_roles(self) -> None:
        """Version 1.2 keeps roles in a file of their own; a person's primary one counts, and all its schools."""
        for line in self._readable("roles"):
            user, role, org = line.get("userSourcedId"), line.get("role"), line.get("orgSourcedId")
            if not user or not role:
                self._report(line, "It names no user or no role.")
                continue
            if not records.is_active(line):
                continue
            known_role, orgs = self.roles.get(user, (role, ()))
            is_primary = line.get("roleType").lower() == "primary"
            self.roles[user] = (role if is_primary else known_role, (org, *orgs) if is_primary else (*orgs, org))

    def _section(self, line: Line) -> Row:
        title = line.get("title") or line.get("classCode")
        if not title:
            raise Refused("The class has no title.")
        school = self.schools.ids.get(line.get("schoolSourcedId"))
        if school is None:
            raise Refused("Its schoolSourcedId is not a school of orgs.csv.")
        return {
            "source_id": line.get("sourcedId"),
            "school_id": school,
            "name": records.fitting(title, "title", "title"),
            "room": line.get("location")[:60] or None,
            "grade": records.grade(line),
            "is_active": records.is_active(line),
        }

    # --- people ------------------------------------------------------------------

    def _people(self, links: "_Links") -> None:
        first: dict[str, int] = {}
        for lines in chunks(self._readable("users")):
            batch = _Batch()
            for line in lines:
                self._person(line, first, links, batch)
            self.students.put(batch.students)
            self.guardians.put(batch.guardians)
            self.staff.put(batch.staff, self._add_issue_at)
            self.points.put(self._points(batch.reached))

    def _add_issue_at(self, line: Line, reason: str) -> None:
        self._add_issue(Issue(line.file, line.number, reason))

    def _person(self, line: Line, first: dict[str, int], links: "_Links", batch: "_Batch") -> None:
        table: Any = None
        try:
            user = records.as_user(line, self.roles)
            take_once(first, user.source_id, line)
            agents = line.many("agentSourceIds") or line.many("agentSourcedIds")
            if user.role in records.STUDENT_ROLES:
                table = self.students
                batch.students.append(records.student_row(user, self.schools.ids))
                links.guardians_of[user.source_id] = agents
            elif user.role in records.GUARDIAN_ROLES:
                table = self.guardians
                batch.guardians.append(records.guardian_row(user))
                links.relation_of[user.source_id] = records.GUARDIAN_ROLES[user.role]
                links.students_of[user.source_id] = agents
                if user.is_active:
                    batch.reached.append((user, records.contact_points(line, lambda reason: self._report(line, reason))))
            else:
                table = self.staff
                schools = [self.schools.ids[org] for org in user.orgs if org in self.schools.ids]
                batch.staff.append({**records.staff_row(user), "schools": schools, "is_active": user.is_active, "line": line})
        except Refused as refusal:
            self._report(line, str(refusal))
            if table is not None:
                table.counts.refused += 1

    def _points(self, reached: "list[Reached]") -> Iterator[Row]:
        order = {ContactKind.MOBILE: 1, ContactKind.LANDLINE: 2, ContactKind.EMAIL: 3}
        for user, addresses in reached:
            guardian = self.guardians.ids.get(user.source_id)
            if guardian is None:
                continue
            for kind, address in addresses:
                yield {
                    "guardian_id": guardian,
                    "address": address,
                    "kind": kind,
                    "priority": order[ContactKind(kind)],
                    "is_active": True,
                    "source_id": user.source_id,
                }

    def _bind(self, links: "_Links") -> None:
        """Guardianships, from whichever side names them. The order in the student's list is the priority."""
        self.bonds.put(self._bond_rows(links))

    def _bond_rows(self, links: "_Links") -> Iterator[Row]:
        for student, agents in links.guardians_of.items():
            for priority, agent in enumerate(agents, start=1):
                yield from self._bond(student, agent, priority, links)
        for guardian, agents in links.students_of.items():
            for student in agents:
                yield from self._bond(student, guardian, 9, links)

    def _bond(self, student: str, guardian: str, priority: int, links: "_Links") -> Iterator[Row]:
        student_id, guardian_id = self.students.ids.get(student), self.guardians.ids.get(guardian)
        if student_id is not None and guardian_id is not None:
            relation = links.relation_of.get(guardian, "guardian")
            yield {
                "student_id": student_id,
                "guardian_id": guardian_id,
                "relationship_name": relation,
                "priority": priority,
                "is_active": True,
            }

    def _enroll(self) -> None:
        for lines in chunks(self._readable("enrollments")):
            pupils: list[Row] = []
            teachers: list[Row] = []
            for line in lines:
                try:
                    self._enrollment(line, pupils, teachers)
                except Refused as refusal:
                    self._report(line, str(refusal))
                    self.enrollments.counts.refused += 1
            self.enrollments.put(pupils)
            self.teachers.put(teachers)

    def _enrollment(self, line: Line, pupils: list[Row], teachers: list[Row]) -> None:
        section = self.sections.ids.get(line.get("classSourcedId"))
        if section is None:
            raise Refused("Its classSourcedId is not in classes.csv.")
        user, role = line.get("userSourcedId"), line.get("role").lower()
        common: Row = {"section_id": section, "is_active": records.is_active(line), "source_id": line.get("sourcedId")[:120]}
        if role == "student":
            student = self.students.ids.get(user)
            if student is None:
                raise Refused("Its userSourcedId is not a student of users.csv.")
            pupils.append({**common, "student_id": student})
        elif role in records.STAFF_ROLES:
            person = self.staff.ids.get(user)
            if person is None:
                raise Refused("Its userSourcedId is not a staff member of users.csv.")
            teachers.append({**common, "staff_id": person})
        else:
            raise Refused(f"The role “{role[:40]}” is not known here.")

    # --- leavers -----------------------------------------------------------------

    def _let_go(self) -> None:
        """Deactivate what the roster no longer has, unless it is so much that the export looks broken."""
        if "users" not in self.unreadable:
            self._release("students", self.students, Student)
            self._release("guardians", self.guardians, Guardian)
            self._release_bonds()
            self.staff.release(self._brake)
        if "classes" in self.bundle and "classes" not in self.unreadable:
            self._release("sections", self.sections, Section)
        if "enrollments" in self.bundle and "enrollments" not in self.unreadable:
            self._release_pairs(self.enrollments)
            self._release_pairs(self.teachers)

    def _release(self, kind: str, table: KeyedTable, model: type[Any]) -> None:
        leavers = table.leavers()
        total = db.session.scalar(select(func.count(model.id)).where(model.district_id == self.district_id, model.is_active)) or 0
        if self._brake(kind, len(leavers), total):
            return
        table.deactivate(leavers)

    def _brake(self, kind: str, leaving: int, total: int) -> bool:
        if self.allow_many_leavers or leaving <= max(BRAKE_LEAST, BRAKE_SHARE * total):
            return False
        self.result.held.append(HeldBack(kind, leaving, total))
        return True

    def _release_bonds(self) -> None:
        """A guardianship ends when its student is still in the roster and no longer names the guardian."""
        rows = db.session.execute(
            select(Guardianship.id, Guardianship.student_id, Guardianship.guardian_id)
            .join(Student, Student.id == Guardianship.student_id)
            .where(Student.district_id == self.district_id, Guardianship.from_roster, Guardianship.is_active)
        ).all()
        students = set(self.students.ids.values())
        gone = [row.id for row in rows if row.student_id in students and (row.student_id, row.guardian_id) not in self.bonds.seen]
        self.bonds.counts.deactivated += len(gone)
        if not self.dry_run:
            set_inactive(self.bonds.table, gone)

    def _release_pairs(self, table: LinkTable) -> None:
        sections = set(self.sections.ids.values())
        one, other = (table.table.c[name] for name in table.key)
        rows = db.session.execute(
            select(one, other).where(table.table.c.is_active, one.in_(select(Section.id).where(Section.district_id == self.district_id)))
        ).all()
        gone = [(row[0], row[1]) for row in rows if row[0] in sections and (row[0], row[1]) not in table.seen]
        table.release(gone)


def take_once(first: dict[str, int], source_id: str, line: Line) -> None:
    """Remember where a key stood first. Raises Refused when it comes again."""
    if source_id in first:
        raise Refused(f"The sourcedId {source_id} stands in line {first[source_id]} already; that one was taken.")
    first[source_id] = line.number


Reached = tuple[User, list[tuple[str, str]]]


@dataclass
class _Batch:
    """The people of one chunk of lines."""

    students: list[Row] = field(default_factory=list)
    guardians: list[Row] = field(default_factory=list)
    staff: list[Row] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)


@dataclass
class _Links:
    """Who belongs to whom, by source ids; bound once all people are known."""

    guardians_of: dict[str, list[str]] = field(default_factory=dict)
    students_of: dict[str, list[str]] = field(default_factory=dict)
    relation_of: dict[str, str] = field(default_factory=dict)

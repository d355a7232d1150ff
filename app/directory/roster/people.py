"""The people of a roster: students, adults with their addresses, staff. Who belongs to whom is remembered for `families`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select

from app.accounts.service import RosterStaff
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import ContactHealth, ContactKind, ContactPoint, District, Guardian, Guardianship, Student
from app.directory.queries.consent import standing_opt_outs
from app.directory.roster import records
from app.directory.roster.reading import Line
from app.directory.roster.records import Refused, User
from app.directory.roster.run import Run, take_once
from app.directory.roster.schools import Schools
from app.directory.roster.staff import StaffTable
from app.directory.roster.tables import KeyedTable, LinkTable, Row, chunks

STUDENT = ("school_id", "given_name", "family_name", "preferred_name", "grade", "student_number", "is_active", "search_text")
GUARDIAN = ("given_name", "family_name", "is_active", "search_text")
PRIORITY = {ContactKind.MOBILE: 1, ContactKind.LANDLINE: 2, ContactKind.EMAIL: 3}

Reached = tuple[User, list[tuple[str, str]]]


@dataclass
class Links:
    """Who belongs to whom, by source ids; bound once all people are known."""

    guardians_of: dict[str, list[str]] = field(default_factory=dict)
    students_of: dict[str, list[str]] = field(default_factory=dict)
    relation_of: dict[str, str] = field(default_factory=dict)


@dataclass
class _Batch:
    """The people of one chunk of lines."""

    students: list[Row] = field(default_factory=list)
    guardians: list[Row] = field(default_factory=list)
    staff: list[tuple[Line, RosterStaff]] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)


@dataclass
class People:
    """users.csv, with roles.csv of version 1.2."""

    run: Run
    schools: Schools
    links: Links = field(default_factory=Links)
    language: str = field(init=False)
    """What a new adult is taken to speak."""
    students: KeyedTable = field(init=False)
    guardians: KeyedTable = field(init=False)
    points: LinkTable = field(init=False)
    staff: StaffTable = field(init=False)
    roles: dict[str, tuple[str, tuple[str, ...]]] = field(init=False, default_factory=dict)
    first: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        run = self.run
        self.language = db.session.get_one(District, run.district_id).language
        self.students = run.keyed(Student, STUDENT, lambda: {"uuid": new_uuid(), "ask_office": False}, self._students_changed)
        self.guardians = run.keyed(Guardian, GUARDIAN, self._new_guardian, run.guardians_changed)
        self.points = run.linked(ContactPoint, ("guardian_id", "address"), self._new_point)
        self.staff = StaffTable(run.district_id, dry_run=run.dry_run)

    def read(self) -> None:
        """Bring the people in line, chunk by chunk."""
        self._read_roles()
        for lines in chunks(self.run.readable("users")):
            batch = _Batch()
            for line in lines:
                self._person(line, batch)
            self.students.put(batch.students)
            self.guardians.put(batch.guardians)
            self.staff.put(batch.staff, self.run.report)
            self.points.put(self._points(batch.reached))

    def release(self) -> None:
        """Let go whom the roster no longer has."""
        if self.run.tells_who_left("users"):
            self.run.release("students", self.students, Student)
            self.run.release("guardians", self.guardians, Guardian)
            self.staff.release(self.run.brake)

    def _read_roles(self) -> None:
        """A person's primary role counts, and all its schools."""
        for line in self.run.readable("roles"):
            user, role, org = line.get("userSourcedId"), line.get("role"), line.get("orgSourcedId")
            if not user or not role:
                self.run.report(line, "role_of_nobody")
                continue
            if not records.is_active(line):
                continue
            known_role, orgs = self.roles.get(user, (role, ()))
            is_primary = line.get("roleType").lower() == "primary"
            self.roles[user] = (role if is_primary else known_role, (org, *orgs) if is_primary else (*orgs, org))

    def _person(self, line: Line, batch: _Batch) -> None:
        table: Any = None
        try:
            user = records.as_user(line, self.roles)
            take_once(self.first, user.source_id, line)
            agents = line.many("agentSourceIds") or line.many("agentSourcedIds")
            if user.role in records.STUDENT_ROLES:
                table = self.students
                batch.students.append(records.student_row(user, self.schools.ids))
                self.links.guardians_of[user.source_id] = agents
            elif user.role in records.GUARDIAN_ROLES:
                table = self.guardians
                batch.guardians.append(records.guardian_row(user))
                self.links.relation_of[user.source_id] = records.GUARDIAN_ROLES[user.role]
                self.links.students_of[user.source_id] = agents
                if user.is_active:
                    batch.reached.append((user, records.contact_points(line, partial(self.run.report, line))))
            else:
                table = self.staff
                schools = [self.schools.ids[org] for org in user.orgs if org in self.schools.ids]
                batch.staff.append((line, records.staff_member(user, schools)))
        except Refused as refusal:
            self.run.report(line, refusal.problem, **refusal.details)
            if table is not None:
                table.counts.refused += 1

    def _points(self, reached: list[Reached]) -> Iterator[Row]:
        wishes = standing_opt_outs(self.run.district_id, [address for _user, addresses in reached for _kind, address in addresses])
        for user, addresses in reached:
            guardian = self.guardians.ids.get(user.source_id)
            if guardian is None:
                continue
            for kind, address in addresses:
                yield {
                    "guardian_id": guardian,
                    "address": address,
                    "kind": kind,
                    "priority": PRIORITY[ContactKind(kind)],
                    "is_active": True,
                    "source_id": user.source_id,
                    "opted_out_at": wishes.get(address),
                }

    def _students_changed(self, student_ids: Sequence[int]) -> None:
        bound = select(Guardianship.guardian_id).where(Guardianship.student_id.in_(student_ids))
        self.run.guardians_changed(db.session.scalars(bound))

    def _new_guardian(self) -> Row:
        return {"uuid": new_uuid(), "language": self.language, "created_at": now()}

    def _new_point(self) -> Row:
        return {"uuid": new_uuid(), "health": ContactHealth.UNCONFIRMED, "created_at": now(), "district_id": self.run.district_id}

"""Staff of a roster. They sign in, so more care is taken: nobody loses or gains rights through a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update

from app.accounts import service as accounts
from app.accounts.events import StaffScopeChanged
from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.ids import new_uuid
from app.directory.roster.reading import Line
from app.directory.roster.tables import Counts, Row, chunks

Complain = Callable[[Line, str], None]
Brake = Callable[[str, int, int], bool]
BY_HAND = frozenset({Role.DISTRICT_ADMIN, Role.SCHOOL_ADMIN, Role.OFFICE})
"""Roles that a person gave: a roster neither takes them away nor deactivates who holds them."""


@dataclass
class StaffTable:
    """The staff of one district, matched by source id, else by email."""

    district_id: int
    dry_run: bool
    counts: Counts = field(default_factory=Counts)
    ids: dict[str, int] = field(default_factory=dict)

    def put(self, rows: Sequence[Row], complain: Complain) -> None:
        """Add new staff as not yet invited, and keep names, emails and schools of known ones up to date."""
        if not rows:
            return
        by_source, by_email = self._existing(rows)
        with transaction():
            for row in rows:
                known = by_source.get(row["source_id"]) or by_email.get(row["email"])
                if known is not None and known.district_id != self.district_id:
                    complain(row["line"], f"{row['email']} signs in at another district of this server. The line was left out.")
                    self.counts.refused += 1
                elif known is None:
                    self._create(row)
                else:
                    self._update(known, row, by_email)
            if self.dry_run:
                db.session.rollback()

    def _existing(self, rows: Sequence[Row]) -> tuple[dict[str, Staff], dict[str, Staff]]:
        sources, emails = [row["source_id"] for row in rows], [row["email"] for row in rows]
        people = db.session.scalars(
            select(Staff).where(((Staff.district_id == self.district_id) & Staff.source_id.in_(sources)) | Staff.email.in_(emails))
        ).all()
        ours = {person.source_id: person for person in people if person.source_id and person.district_id == self.district_id}
        return ours, {person.email: person for person in people}

    def _create(self, row: Row) -> None:
        self.counts.created += 1
        if self.dry_run:
            self.ids[row["source_id"]] = -len(self.ids) - 1
            return
        values = {
            "uuid": new_uuid(),
            "district_id": self.district_id,
            "status": StaffStatus.INVITED if row["is_active"] else StaffStatus.DEACTIVATED,
            "created_at": now(),
            **{name: row[name] for name in ("source_id", "email", "name", "role")},
        }
        number = db.session.execute(insert(Staff).values(values).returning(Staff.id)).scalar_one()
        self.ids[row["source_id"]] = number
        self._set_schools(number, row["schools"])

    def _update(self, person: Staff, row: Row, by_email: dict[str, Staff]) -> None:
        self.ids[row["source_id"]] = person.id
        wanted: Row = {"source_id": row["source_id"], "name": row["name"]}
        owner = by_email.get(row["email"])
        if owner is None or owner.id == person.id:
            wanted["email"] = row["email"]
        if row["is_active"] and person.status == StaffStatus.DEACTIVATED:
            wanted["status"] = StaffStatus.ACTIVE if person.password_hash else StaffStatus.INVITED
        leaves = not row["is_active"] and person.role not in BY_HAND and person.status != StaffStatus.DEACTIVATED
        changes = {name: value for name, value in wanted.items() if getattr(person, name) != value}
        schools_differ = person.role not in BY_HAND and set(person.school_ids) != set(row["schools"])
        if not changes and not schools_differ and not leaves:
            self.counts.unchanged += 1
            return
        self.counts.changed += 1
        if self.dry_run:
            return
        if changes:
            db.session.execute(update(Staff).where(Staff.id == person.id).values(changes))
        if leaves:
            accounts.close_account(person)
        if schools_differ:
            self._set_schools(person.id, row["schools"])
            open_events().append(StaffScopeChanged(person.id))

    def _set_schools(self, staff_id: int, schools: list[int]) -> None:
        db.session.execute(delete(StaffSchool).where(StaffSchool.staff_id == staff_id))
        if schools:
            db.session.execute(insert(StaffSchool), [{"staff_id": staff_id, "school_id": each} for each in dict.fromkeys(schools)])

    def release(self, brake: Brake) -> None:
        """Deactivate teachers and viewers whom the roster no longer has; people with rights given by hand stay."""
        rows = db.session.execute(
            select(Staff.id, Staff.source_id).where(
                Staff.district_id == self.district_id,
                Staff.source_id.is_not(None),
                Staff.status != StaffStatus.DEACTIVATED,
                Staff.role.not_in(BY_HAND),
            )
        ).all()
        gone = [row.id for row in rows if row.source_id not in self.ids]
        if brake("staff", len(gone), len(rows)):
            return
        self.counts.deactivated += len(gone)
        if self.dry_run:
            return
        for chunk in chunks(gone):
            with transaction():
                for person in db.session.scalars(select(Staff).where(Staff.id.in_(chunk))):
                    accounts.close_account(person)

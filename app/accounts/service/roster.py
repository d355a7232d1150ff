"""Staff as a roster brings them. They sign in, so more care is taken: nobody gains rights through a file, or loses any given by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.accounts.events import StaffScopeChanged
from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.service.audit import audit
from app.accounts.service.staff import close_account
from app.core.database import db, open_events, transaction

BY_HAND = frozenset({Role.DISTRICT_ADMIN, Role.SCHOOL_ADMIN, Role.OFFICE})
"""Roles that a person gave: a roster neither takes them away nor deactivates who holds them."""


@dataclass(frozen=True, slots=True)
class RosterStaff:
    """One person of a roster. `school_ids` are ours."""

    source_id: str
    email: str
    name: str
    role: Role
    school_ids: frozenset[int]
    is_active: bool


class Outcome(StrEnum):
    """What became of a person of the roster."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ELSEWHERE = "elsewhere"
    """The email signs in at another district; nothing was done."""


def take_in_roster(district_id: int, people: Sequence[RosterStaff], *, dry_run: bool = False) -> list[tuple[Outcome, int | None]]:
    """Add new staff as not yet invited, and keep names, emails and schools of known ones up to date; in the order of `people`.

    Known are those with the same source id, else the same email. A dry run says the same and changes nothing; then who would be
    created has no id.
    """
    with transaction():
        ours, by_email = _known(district_id, people)
        done: list[tuple[Outcome, int | None]] = []
        for person in people:
            known = ours.get(person.source_id) or by_email.get(person.email)
            if known is None:
                known = None if dry_run else _create(district_id, person)
                done.append((Outcome.CREATED, known.id if known else None))
                if known is not None:
                    by_email[person.email] = known
            elif known.district_id != district_id:
                done.append((Outcome.ELSEWHERE, None))
            else:
                done.append((_bring_up_to_date(known, person, by_email, dry_run=dry_run), known.id))
    return done


def who_left_roster(district_id: int, source_ids: Collection[str]) -> tuple[list[int], int]:
    """Whose accounts would be closed because the roster has only `source_ids`, and of how many. Who has rights by hand stays."""
    rows = db.session.execute(
        select(Staff.id, Staff.source_id).where(
            Staff.district_id == district_id,
            are_people(),
            Staff.source_id.is_not(None),
            Staff.status != StaffStatus.DEACTIVATED,
            Staff.role.not_in(BY_HAND),
        )
    ).all()
    return [row.id for row in rows if row.source_id not in source_ids], len(rows)


def let_go_from_roster(staff_ids: Collection[int]) -> None:
    """Close the accounts of those who left. Each is a line of the audit trail."""
    with transaction():
        for staff in db.session.scalars(select(Staff).where(Staff.id.in_(staff_ids)).order_by(Staff.id)):
            _close(staff)


def _known(district_id: int, people: Sequence[RosterStaff]) -> tuple[dict[str, Staff], dict[str, Staff]]:
    sources, emails = [each.source_id for each in people], [each.email for each in people]
    rows = db.session.scalars(
        select(Staff)
        .where(((Staff.district_id == district_id) & Staff.source_id.in_(sources)) | Staff.email.in_(emails))
        .execution_options(populate_existing=True)
    ).all()
    ours = {staff.source_id: staff for staff in rows if staff.source_id and staff.district_id == district_id}
    return ours, {staff.email: staff for staff in rows}


def _create(district_id: int, person: RosterStaff) -> Staff:
    staff = Staff(
        district_id=district_id, source_id=person.source_id, email=person.email, name=person.name, role=person.role,
        status=StaffStatus.INVITED if person.is_active else StaffStatus.DEACTIVATED,
    )  # fmt: skip
    staff.school_links = [StaffSchool(school_id=number) for number in sorted(person.school_ids)]
    db.session.add(staff)
    db.session.flush()
    return staff


def _bring_up_to_date(staff: Staff, person: RosterStaff, by_email: dict[str, Staff], *, dry_run: bool) -> Outcome:
    wanted: dict[str, str] = {"source_id": person.source_id, "name": person.name}
    owner = by_email.get(person.email)
    if owner is None or owner.id == staff.id:
        wanted["email"] = person.email
    changes = {name: value for name, value in wanted.items() if getattr(staff, name) != value}
    returns = person.is_active and staff.status == StaffStatus.DEACTIVATED
    leaves = not person.is_active and staff.role not in BY_HAND and staff.status != StaffStatus.DEACTIVATED
    moves = staff.role not in BY_HAND and set(staff.school_ids) != person.school_ids
    if not (changes or returns or leaves or moves):
        return Outcome.UNCHANGED
    if dry_run:
        return Outcome.CHANGED
    for name, value in changes.items():
        setattr(staff, name, value)
    if returns:
        staff.status = StaffStatus.ACTIVE if staff.password_hash else StaffStatus.INVITED
        audit("staff.reactivated", staff, {"name": staff.name})
    if leaves:
        _close(staff)
    if moves:
        kept = {link.school_id: link for link in staff.school_links}
        staff.school_links = [kept.get(number) or StaffSchool(school_id=number) for number in sorted(person.school_ids)]
        open_events().append(StaffScopeChanged(staff.id))
    return Outcome.CHANGED


def _close(staff: Staff) -> None:
    audit("staff.deactivated", staff, {"name": staff.name, "sessions_ended": close_account(staff)})

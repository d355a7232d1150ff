"""Which families a person may begin to write to, and which of a guardian's children make that so."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Result, Select, exists, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Staff
from app.conversations.models import Conversation, Participant
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactHealth, ContactPoint, Guardian, Guardianship, Student
from app.directory.queries.reach import guardian_is_visible_to, student_is_within_reach_of

WITH_GUARDIAN = selectinload(ContactPoint.guardian)


def children_within_reach(staff: Staff, guardian_id: int) -> list[tuple[Student, Guardianship]]:
    """A guardian's children whom this person works with, the main contact's first, and what binds them."""
    rows = db.session.execute(
        select(Student, Guardianship)
        .join(Guardianship, Guardianship.student_id == Student.id)
        .where(
            Guardianship.guardian_id == guardian_id,
            Guardianship.is_active.is_(True),
            student_is_within_reach_of(staff),
        )
        .order_by(Guardianship.priority, Student.grade.desc(), Student.given_name, Student.id)
    )
    return [(student, bond) for student, bond in rows]


def children_of(guardian_id: int) -> list[tuple[Student, Guardianship]]:
    """All of a guardian's active children, and what binds them."""
    return bonds_of_each([guardian_id]).get(guardian_id, [])


def children_of_each(guardian_ids: Collection[int]) -> dict[int, list[Student]]:
    """The children of many guardians, in one query; who has none is missing."""
    return {number: [student for student, _bond in bonds] for number, bonds in bonds_of_each(guardian_ids).items()}


def bonds_of_each(guardian_ids: Collection[int]) -> dict[int, list[tuple[Student, Guardianship]]]:
    """The same with what binds them."""
    found: dict[int, list[tuple[Student, Guardianship]]] = {}
    for student, bond in _children(guardian_ids):
        found.setdefault(bond.guardian_id, []).append((student, bond))
    return found


def _children(guardian_ids: Collection[int]) -> Result[Student, Guardianship]:
    return db.session.execute(
        select(Student, Guardianship)
        .join(Guardianship, Guardianship.student_id == Student.id)
        .where(
            Guardianship.guardian_id.in_(guardian_ids),
            Guardianship.is_active.is_(True),
            Student.is_active.is_(True),
        )
        .order_by(Guardianship.priority, Student.grade.desc(), Student.given_name, Student.id)
        .execution_options(populate_existing=True)
    )


def guardian_is_spoken_to_by(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Guardian` that this room adds to who may be seen: a conversation that the person sees."""
    return exists().where(
        Participant.guardian_id == Guardian.id,
        Conversation.id == Participant.conversation_id,
        is_visible_to(staff),
    )


def contact_point_within_reach(staff: Staff, contact_point_id: int) -> ContactPoint:
    """An address that this person may write to. Raises NotVisible."""
    found = db.session.scalar(_points(staff).where(ContactPoint.id == contact_point_id))
    if found is None:
        raise NotVisible
    return found


def contact_points_within_reach(staff: Staff, contact_point_ids: Sequence[int]) -> list[ContactPoint]:
    """The same for many, each once, with their guardians, in two queries. Raises NotVisible when one of them is not."""
    wanted = list(dict.fromkeys(contact_point_ids))
    found = {point.id: point for point in db.session.scalars(_points(staff).where(ContactPoint.id.in_(wanted)).options(WITH_GUARDIAN))}
    if len(found) < len(wanted):
        raise NotVisible
    return [found[number] for number in wanted]


def point_of_number(staff: Staff, address: str) -> ContactPoint | None:
    """Where a phone number stands in the records that this person may write to: where it is in force and theirs before any other."""
    return db.session.scalar(_of_number(staff, address, guardian_is_visible_to(staff)))


def stranger_of_number(staff: Staff, address: str) -> ContactPoint | None:
    """The place of a phone number that some program or colleague wrote to before, and of whose holder no record tells."""
    named = exists().where(Guardianship.guardian_id == Guardian.id)
    return db.session.scalar(_of_number(staff, address, ~named))


def _of_number(staff: Staff, address: str, whose: ColumnElement[bool]) -> Select[ContactPoint]:
    return (
        select(ContactPoint)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.district_id == staff.district_id, ContactPoint.address == address, whose)
        .order_by(
            ContactPoint.is_active.desc(), ContactPoint.health == ContactHealth.WRONG, Guardian.is_active.desc(), ContactPoint.priority,
            ContactPoint.id,
        )
        .limit(1)
        .options(WITH_GUARDIAN)
    )  # fmt: skip


def other_ways_to(guardian: Guardian, *, except_point_id: int | None) -> list[ContactPoint]:
    """The other addresses of the same guardian that take texts, best first."""
    return [point for point in guardian.contact_points if point.id != except_point_id and point.takes_texts and point.opted_out_at is None]


def other_guardians(guardian_id: int) -> list[Guardian]:
    """The adults of the same children who may be written to, the main contacts first."""
    mine = select(Guardianship.student_id).where(Guardianship.guardian_id == guardian_id, Guardianship.is_active.is_(True))
    rows = db.session.scalars(
        select(Guardian)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .where(
            Guardianship.student_id.in_(mine),
            Guardianship.guardian_id != guardian_id,
            Guardianship.is_active.is_(True),
            Guardianship.may_contact.is_(True),
            Guardian.is_active.is_(True),
        )
        .order_by(Guardianship.priority, Guardian.id)
    )
    return list(dict.fromkeys(rows))


def _points(staff: Staff) -> Select[ContactPoint]:
    return (
        select(ContactPoint)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.is_active.is_(True), guardian_is_visible_to(staff))
    )

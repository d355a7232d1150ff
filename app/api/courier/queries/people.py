"""People as individuals (staff, guardians, students), and classes and saved groups as individual-groups."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts import authority
from app.accounts.models import Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, Enrollment, Group, Guardian, Guardianship, Section, SectionTeacher, Student
from app.directory.queries.choosing import section_is_within_reach_of
from app.directory.queries.groups import group_is_visible_to, main_contact_of_student, members_of
from app.directory.queries.reach import guardian_is_visible_to, names_student_within_reach_of, student_is_within_reach_of

Individual = Staff | Guardian | Student


@dataclass
class Named:
    """People who were named by their ids."""

    staff: list[Staff] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)


def individual(staff: Staff, uuid: UUID) -> Individual:
    """One person. Raises NotVisible."""
    found = named(staff, [uuid])
    return (found.staff or found.guardians or found.students)[0]


def named(staff: Staff, uuids: Collection[UUID]) -> Named:
    """All of these people, in three queries. Raises NotVisible when one of them is not."""
    found = Named(
        list(db.session.scalars(_staff(staff).where(Staff.uuid.in_(uuids)).order_by(Staff.id))),
        list(db.session.scalars(select(Guardian).where(Guardian.uuid.in_(uuids), guardian_is_visible_to(staff)).order_by(Guardian.id))),
        list(db.session.scalars(select(Student).where(Student.uuid.in_(uuids), student_is_within_reach_of(staff)).order_by(Student.id))),
    )
    if len(found.staff) + len(found.guardians) + len(found.students) < len(set(uuids)):
        raise NotVisible
    return found


def colleague(staff: Staff, uuid: UUID) -> Staff:
    """Somebody of the staff. Raises NotVisible."""
    found = db.session.scalar(_staff(staff).where(Staff.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def _staff(staff: Staff) -> Select[Staff]:
    return select(Staff).where(Staff.district_id == staff.district_id, authority.in_scope_of(staff))


def group(staff: Staff, uuid: UUID) -> Section | Group:
    """A class or a saved group. Raises NotVisible."""
    section = db.session.scalar(select(Section).where(Section.uuid == uuid, section_is_within_reach_of(staff)))
    saved = section or db.session.scalar(select(Group).where(Group.uuid == uuid, group_is_visible_to(staff)))
    if saved is None:
        raise NotVisible
    return saved


def groups(staff: Staff, uuids: Sequence[UUID]) -> tuple[list[Section], list[Group]]:
    """The same of many, apart. Raises NotVisible when one is not there."""
    found = [group(staff, uuid) for uuid in uuids]
    return [each for each in found if isinstance(each, Section)], [each for each in found if isinstance(each, Group)]


def students_of(staff: Staff, of: Section | Group) -> list[Student]:
    """Whom somebody sees in a group, by name."""
    if isinstance(of, Section):
        inside = select(Enrollment.student_id).where(Enrollment.section_id == of.id, Enrollment.is_active.is_(True))
    else:
        inside = members_of(of.id)
    query = select(Student).where(Student.id.in_(inside), names_student_within_reach_of(staff, Student.id))
    return list(db.session.scalars(query.order_by(Student.family_name, Student.given_name, Student.id)))


def leaders_of(of: Section | Group) -> list[Staff]:
    """Who teaches a class; whose a saved group is."""
    if isinstance(of, Group):
        return [db.session.get_one(Staff, of.owner_id)]
    teaching = select(SectionTeacher.staff_id).where(SectionTeacher.section_id == of.id, SectionTeacher.is_active.is_(True))
    return list(db.session.scalars(select(Staff).where(Staff.id.in_(teaching)).order_by(Staff.id)))


def main_contacts(student_ids: Collection[int]) -> list[Guardian]:
    """The adults who are written to first about some students, each once."""
    query = (
        select(Guardian)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .join(Student, main_contact_of_student())
        .where(Student.id.in_(student_ids), Guardian.is_active.is_(True))
        .order_by(Guardian.id)
    )
    return list(dict.fromkeys(db.session.scalars(query)))


def points_of(guardians: Collection[Guardian]) -> dict[int, ContactPoint]:
    """The address at which each guardian is texted best: one that takes texts, was not stopped, and comes first."""
    query = select(ContactPoint).where(ContactPoint.guardian_id.in_([each.id for each in guardians]), ContactPoint.is_active.is_(True))
    found: dict[int, ContactPoint] = {}
    for point in db.session.scalars(query.order_by(ContactPoint.priority, ContactPoint.id)):
        known = found.get(point.guardian_id)
        if known is None or _worth(point) > _worth(known):
            found[point.guardian_id] = point
    return found


def _worth(point: ContactPoint) -> int:
    return int(point.takes_texts) * 2 + int(point.opted_out_at is None)

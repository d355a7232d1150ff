"""Whom a broadcast is for, in the words of announcements: people and groups that were named, or all of an organization."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts import authority
from app.accounts.models import Staff, StaffSchool, StaffStatus, are_people
from app.announcements.models import SendTo
from app.api.courier.queries import people
from app.api.courier.queries.people import Named
from app.api.refusals import Refused, Why
from app.conversations.queries_reach import children_within_reach
from app.core.database import db
from app.directory.models import Group, Guardian, Guardianship, Section
from app.directory.queries.reach import schools_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """An audience as an announcement keeps it, and which adults of a student hear it."""

    audience: dict[str, Any] = field(default_factory=dict)
    send_to: str = SendTo.PRIORITY


def everybody(staff: Staff, school_id: int | None) -> Chosen:
    """The families of a school, or of all schools that somebody works for."""
    schools = [school.id for school in schools_of(staff) if school_id in {None, school.id}]
    return Chosen({"schools": schools})


def colleagues(staff: Staff, school_id: int | None) -> Chosen:
    """The people of the staff of a school, or of all that somebody works with."""
    query = select(Staff.id).where(
        Staff.district_id == staff.district_id, Staff.status == StaffStatus.ACTIVE, are_people(), authority.in_scope_of(staff)
    )
    if school_id is not None:
        query = query.where(Staff.id.in_(select(StaffSchool.staff_id).where(StaffSchool.school_id == school_id)))
    return Chosen({"staff": list(db.session.scalars(query.order_by(Staff.id)))}, SendTo.PERSON)


def these(staff: Staff, named: Named, sections: Sequence[Section] = (), groups: Sequence[Group] = ()) -> Chosen:
    """People and groups. Of a student the main contact hears it, of a family the adults who were named, and nobody else of theirs.

    Raises Refused for a guardian of none of whose children the writer knows.
    """
    chosen: dict[str, Any] = {"staff": [each.id for each in named.staff]}
    if not named.guardians:
        chosen |= {
            "students": [each.id for each in named.students],
            "sections": [each.id for each in sections],
            "groups": [each.id for each in groups],
        }
        return Chosen(chosen, SendTo.PRIORITY if named.students or sections or groups else SendTo.PERSON)
    students = {each.id for each in named.students}
    together: list[Section | Group] = [*sections, *groups]
    students |= {student.id for group in together for student in people.students_of(staff, group)}
    wanted = {each.id for each in (*named.guardians, *people.main_contacts(students))}
    for guardian in named.guardians:
        students |= _children_of(staff, guardian)
    around = select(Guardianship.guardian_id).where(Guardianship.student_id.in_(students)).distinct()
    others = set(db.session.scalars(around)) - wanted
    return Chosen(chosen | {"students": sorted(students), "without_guardians": sorted(others)}, SendTo.ALL)


def _children_of(staff: Staff, guardian: Guardian) -> set[int]:
    children = {student.id for student, _bond in children_within_reach(staff, guardian.id)}
    if not children:
        sentence = "The records name no child of this guardian whom you may write about. Write in their channel instead."
        raise Refused(Why.RULE, sentence, code="nobody_to_reach")
    return children

"""Who could answer, be called to a note, or be written to: the short lists behind the menus of a thread."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.permissions import PERMISSIONS, Permission, role_allows
from app.conversations.models import Conversation, Participant, SavedReply
from app.conversations.queries import is_visible_to, saved_reply_is_usable_by
from app.core.among import among
from app.core.database import db
from app.core.search_text import fold
from app.directory.models import (
    ContactKind,
    ContactPoint,
    Enrollment,
    Group,
    Guardian,
    Guardianship,
    Section,
    SectionTeacher,
    Student,
)
from app.directory.queries.groups import group_is_visible_to, members_of
from app.directory.queries.reach import guardian_is_visible_to, student_is_within_reach_of, students_taught_by

MOST_FOUND = 25
FEW = 500
WRITERS = [role for role, held in PERMISSIONS.items() if Permission.WRITE_THREADS in held]
SCHOOL_WRITERS = [role for role in WRITERS if Permission.READ_SCHOOL_THREADS in PERMISSIONS[role]]


@dataclass(frozen=True, slots=True)
class Found:
    """A guardian who may be written to, with the address to use and the children who make it so."""

    guardian_id: int
    contact_point_id: int
    name: str
    children: str
    address: str
    kind: str
    takes_texts: bool
    opted_out: bool
    language: str
    conversation_id: int | None = None


def colleagues(conversation: Conversation, *, words: str = "") -> list[Row[Any]]:
    """Those who can open the conversation: its people, the school's office and admins, the district's admins."""
    inside = exists().where(Participant.conversation_id == conversation.id, Participant.staff_id == Staff.id, Participant.left_at.is_(None))
    at_school = and_(
        Staff.role.in_(SCHOOL_WRITERS), exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == conversation.school_id)
    )
    teaches_there = and_(
        Staff.role == Role.TEACHER, exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == conversation.school_id)
    )
    statement: Select[*tuple[Any, ...]] = (
        select(Staff.id, Staff.name, Staff.job_title, Staff.role)
        .where(
            Staff.district_id == conversation.district_id,
            are_people(),
            Staff.status == StaffStatus.ACTIVE,
            or_(inside, at_school, teaches_there, Staff.role == Role.DISTRICT_ADMIN),
        )
        .order_by(Staff.name, Staff.id)
        .limit(200)
    )
    rows: list[Row[Any]] = list(db.session.execute(statement).all())
    wanted = fold(words)
    return [row for row in rows if wanted in fold(row.name)][:MOST_FOUND] if wanted else rows


def ways_to(guardian_id: int) -> list[ContactPoint]:
    """Every active address of a guardian, best first."""
    statement = select(ContactPoint).where(ContactPoint.guardian_id == guardian_id, ContactPoint.is_active.is_(True))
    return list(db.session.scalars(statement.order_by(ContactPoint.priority, ContactPoint.id)))


def saved_replies(staff: Staff) -> list[SavedReply]:
    """One's own first, then the school's, by shortcut."""
    statement = select(SavedReply).where(saved_reply_is_usable_by(staff))
    return list(db.session.scalars(statement.order_by(SavedReply.staff_id.is_(None), SavedReply.shortcut, SavedReply.id)))


def find_guardians(staff: Staff, words: str, *, limit: int = MOST_FOUND) -> list[Found]:
    """Guardians within reach whose name, child's name or number matches every word; of words that hold nothing to look for, nobody."""
    wanted = fold(words).split()[:6]
    if words.strip() and not wanted:
        return []
    named = select(Guardian.id).where(
        Guardian.district_id == staff.district_id, Guardian.is_active.is_(True), *[_is_called(word) for word in wanted]
    )
    number = Guardian.__table__.c.id
    if not role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE):
        return _guardians(staff, named.where(among(number, "near")).params(near=_near(staff)), limit)
    # Names that few have are found first, and then who of them may be seen. Of names that many have, such as those with an "a",
    # the first of the list are seen soon: asking for all of them would take a large district's database half a second.
    few = db.session.scalars(named.limit(FEW + 1)).all()
    if len(few) <= FEW:
        return _guardians(staff, select(Guardian.id).where(among(number, "few"), guardian_is_visible_to(staff)).params(few=few), limit)
    by_name = (Guardian.family_name, Guardian.given_name, Guardian.id)
    first = db.session.scalars(named.where(guardian_is_visible_to(staff)).order_by(*by_name).limit(limit)).all()
    return _guardians(staff, select(Guardian.id).where(among(number, "first")).params(first=first), limit)


def guardians_of_section(staff: Staff, section_id: int) -> list[Found]:
    """The main contacts of a section's families."""
    students = select(Enrollment.student_id).where(Enrollment.section_id == section_id, Enrollment.is_active.is_(True))
    return _main_contacts(staff, students)


def guardians_of_group(staff: Staff, group_id: int) -> list[Found]:
    """The main contacts of a saved group's families."""
    may_use = exists().where(Group.id == group_id, group_is_visible_to(staff))
    return _main_contacts(staff, members_of(group_id).where(may_use))


def beside(staff: Staff, guardian_id: int) -> list[Found]:
    """The other adults of the same children."""
    mine = select(Guardianship.student_id).where(Guardianship.guardian_id == guardian_id, Guardianship.is_active.is_(True))
    others = select(Guardianship.guardian_id).where(
        Guardianship.student_id.in_(mine), Guardianship.guardian_id != guardian_id, Guardianship.is_active.is_(True)
    )
    return _guardians(staff, select(Guardian.id).where(Guardian.id.in_(others), guardian_is_visible_to(staff)), MOST_FOUND)


def exactly(staff: Staff, contact_point_ids: list[int]) -> list[Found]:
    """Chosen addresses within reach, in the order of the names."""
    owners = select(ContactPoint.guardian_id).where(ContactPoint.id.in_(contact_point_ids))
    wanted = select(Guardian.id).where(Guardian.id.in_(owners), guardian_is_visible_to(staff))
    return _guardians(staff, wanted, 400, points=set(contact_point_ids))


def audiences(staff: Staff) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The sections and saved groups that a person can write to at once."""
    sections: Select[*tuple[Any, ...]] = select(Section.id, Section.name, Section.grade).where(
        Section.district_id == staff.district_id, Section.is_active.is_(True)
    )
    if not role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE):
        sections = sections.join(SectionTeacher, SectionTeacher.section_id == Section.id).where(
            SectionTeacher.staff_id == staff.id, SectionTeacher.is_active.is_(True)
        )
    elif staff.role != Role.DISTRICT_ADMIN:
        sections = sections.where(Section.school_id.in_(staff.school_ids))
    groups: Select[*tuple[Any, ...]] = select(Group.id, Group.name).where(group_is_visible_to(staff))
    taught: list[Row[Any]] = list(db.session.execute(sections.order_by(Section.name, Section.id).limit(100)).all())
    saved: list[Row[Any]] = list(db.session.execute(groups.order_by(Group.name, Group.id).limit(100)).all())
    return taught, saved


def _is_called(word: str) -> ColumnElement[bool]:
    """The condition on `Guardian`: an own name, a child's name or a number has the word in it."""
    child = exists().where(
        Guardianship.guardian_id == Guardian.id,
        Guardianship.is_active.is_(True),
        Student.id == Guardianship.student_id,
        Student.search_text.contains(word, autoescape=True),
    )
    either = [Guardian.search_text.contains(word, autoescape=True), child]
    digits = "".join(filter(str.isdigit, word))
    if len(digits) > 2:  # noqa: PLR2004  # fewer digits are in every number
        either.append(exists().where(ContactPoint.guardian_id == Guardian.id, ContactPoint.address.contains(digits)))
    return or_(*either)


def _near(staff: Staff) -> list[int]:
    """The guardians of a teacher's own students, and whom the teacher has a conversation with: some hundreds at most."""
    bound = (
        select(Guardianship.guardian_id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.is_active.is_(True), Student.id.in_(students_taught_by(staff)), student_is_within_reach_of(staff))
    )
    own = aliased(Participant)  # by its index: who began a conversation has a place in it
    spoken_to = (
        select(Participant.guardian_id)
        .join(own, own.conversation_id == Participant.conversation_id)
        .join(Conversation, Conversation.id == own.conversation_id)
        .where(own.staff_id == staff.id, Participant.guardian_id.is_not(None), is_visible_to(staff))
    )
    return list(db.session.scalars(bound.union(spoken_to)))


def _main_contacts(staff: Staff, students: Select[Any]) -> list[Found]:
    bond = Guardianship
    first = (
        select(bond.guardian_id)
        .join(Student, Student.id == bond.student_id)
        .where(
            bond.student_id.in_(students),
            bond.is_active.is_(True),
            bond.may_contact.is_(True),
            bond.priority == 1,
            student_is_within_reach_of(staff),
        )
    )
    return _guardians(staff, select(Guardian.id).where(Guardian.id.in_(first), Guardian.is_active.is_(True)), 400)


def _guardians(staff: Staff, wanted: Select[Any], limit: int, *, points: set[int] | None = None) -> list[Found]:
    """Addresses, children and the asker's own conversation of these guardians: three queries, whatever their number."""
    people = db.session.execute(
        select(Guardian.id, Guardian.given_name, Guardian.family_name, Guardian.language)
        .where(Guardian.id.in_(wanted))
        .order_by(Guardian.family_name, Guardian.given_name, Guardian.id)
        .limit(limit)
    ).all()
    numbers = [person.id for person in people]
    best: dict[int, ContactPoint] = {}
    for point in db.session.scalars(
        select(ContactPoint)
        .where(ContactPoint.guardian_id.in_(numbers), ContactPoint.is_active.is_(True), ContactPoint.kind != ContactKind.EMAIL)
        .order_by(ContactPoint.priority, ContactPoint.id)
    ):
        if points and point.id not in points:
            continue
        known = best.get(point.guardian_id)
        if known is None or (_texts(point) and not _texts(known)):
            best[point.guardian_id] = point
    children: dict[int, list[str]] = {}
    for row in db.session.execute(
        select(Guardianship.guardian_id, Student.given_name, Student.preferred_name, Student.family_name)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(numbers), Guardianship.is_active.is_(True), student_is_within_reach_of(staff))
        .order_by(Guardianship.priority, Student.id)
    ):
        children.setdefault(row.guardian_id, []).append(row.preferred_name or row.given_name)
    return [
        Found(
            guardian_id=person.id,
            contact_point_id=point.id,
            name=f"{person.given_name} {person.family_name}".strip(),
            children=", ".join(children.get(person.id, [])),
            address=point.address,
            kind=point.kind,
            takes_texts=_texts(point),
            opted_out=point.opted_out_at is not None,
            language=point.language or person.language,
        )
        for person in people
        for point in ([best[person.id]] if person.id in best else [])
    ]


def _texts(point: ContactPoint) -> bool:
    return point.takes_texts and point.opted_out_at is None

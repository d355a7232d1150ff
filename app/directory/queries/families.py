"""A family as pages show it: students who share guardians, their adults, and how each is reached. A fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import select

from app.accounts.models import Staff
from app.core import phone_numbers
from app.core.database import db
from app.directory.models import (
    AUTOMATED_CALLS,
    ContactHealth,
    ContactKind,
    ContactPoint,
    Enrollment,
    Guardian,
    Guardianship,
    School,
    Section,
    SectionTeacher,
    Student,
)
from app.directory.queries.consent import opted_out
from app.directory.queries.stops import Stops, stops_of


@dataclass(frozen=True, slots=True)
class Child:
    """A student of the family, with the class that gives the teacher's name."""

    id: int
    name: str
    first_name: str
    grade: str | None
    school: str
    classes: list[str]
    ask_office: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A contact point with what can be done with it."""

    id: int
    shown: str
    address: str
    kind: str
    label: str | None
    state: str
    """ok, landline, opted_out, partly_stopped, unverified, unreachable, bad, dead or email."""
    note: str
    is_active: bool
    stops: Stops | None = None
    """Which of our senders it hears nothing from, if there are some."""
    takes_texts: bool = False
    """Whether a thread's texts may go there, whatever other senders were stopped."""
    refuses_calls: bool = False
    """Whether no automated call may ring there: key 3 in our menu, key 9 in such a call, or told to staff."""


@dataclass(frozen=True, slots=True)
class Adult:
    """A guardian of the family."""

    id: int
    name: str
    relation: str
    language: str
    is_main: bool
    lives_with: bool
    may_contact: bool
    note: str | None
    addresses: list[Address]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff who works with the family."""

    id: int
    name: str
    title: str | None


@dataclass
class Family:
    """What the family page and the card beside a thread show."""

    name: str
    children: list[Child] = field(default_factory=list)
    adults: list[Adult] = field(default_factory=list)
    colleagues: list[Colleague] = field(default_factory=list)

    @property
    def ask_office(self) -> bool:
        """Whether a court paper is on file for one of the children."""
        return any(child.ask_office for child in self.children)

    @property
    def languages(self) -> list[str]:
        """The languages spoken at home, the main contact's first."""
        return list(dict.fromkeys(adult.language for adult in self.adults))

    @property
    def notes(self) -> list[str]:
        """What is good to know."""
        return [adult.note for adult in self.adults if adult.note]


def family_of_guardian(guardian: Guardian) -> Family:
    """The family around an adult."""
    ids = db.session.scalars(
        select(Guardianship.student_id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.guardian_id == guardian.id, Guardianship.is_active.is_(True), Student.is_active.is_(True))
    ).all()
    return _family(ids, fallback=guardian)


def family_of_student(student: Student) -> Family:
    """The family around a child: brothers and sisters are those who share a guardian living with it."""
    adults = select(Guardianship.guardian_id).where(
        Guardianship.student_id == student.id, Guardianship.is_active.is_(True), Guardianship.lives_with.is_(True)
    )
    ids = db.session.scalars(
        select(Guardianship.student_id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(adults), Guardianship.is_active.is_(True), Student.is_active.is_(True))
        .distinct()
    ).all()
    return _family(sorted({student.id, *ids}), fallback=None)


def _family(student_ids: Sequence[int], *, fallback: Guardian | None) -> Family:
    students = db.session.execute(
        select(Student, School.short_name, School.name).join(School, School.id == Student.school_id).where(Student.id.in_(student_ids))
    ).all()
    bonds = db.session.execute(
        select(Guardianship, Guardian)
        .join(Guardian, Guardian.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(student_ids), Guardianship.is_active.is_(True), Guardian.is_active.is_(True))
        .order_by(Guardianship.priority, Guardianship.id)
    ).all()
    guardians = list(dict.fromkeys(guardian for _bond, guardian in bonds)) or ([fallback] if fallback else [])
    classes, colleagues = _classes(student_ids)
    children = [
        Child(
            student.id, student.full_name, student.shown_name, student.grade, short or name, classes.get(student.id, []),
            student.ask_office, student.is_active,
        )
        for student, short, name in students
    ]  # fmt: skip
    children.sort(key=lambda child: (child.grade or "", child.name), reverse=True)
    surnames = list(dict.fromkeys(student.family_name for student, *_ in students))
    name = " / ".join(surnames) or (fallback.family_name or fallback.given_name if fallback else "")
    return Family(name, children, _adults(guardians, [bond for bond, _guardian in bonds]), colleagues)


def _classes(student_ids: Sequence[int]) -> tuple[dict[int, list[str]], list[Colleague]]:
    rows = db.session.execute(
        select(Enrollment.student_id, Section.name, Staff.id, Staff.name.label("staff"), Staff.formal_name, Staff.job_title)
        .join(Section, Section.id == Enrollment.section_id)
        .outerjoin(SectionTeacher, (SectionTeacher.section_id == Section.id) & SectionTeacher.is_active.is_(True))
        .outerjoin(Staff, Staff.id == SectionTeacher.staff_id)
        .where(Enrollment.student_id.in_(student_ids), Enrollment.is_active.is_(True), Section.is_active.is_(True))
        .order_by(Section.id, Staff.id)
    ).all()
    classes: dict[int, list[str]] = {}
    colleagues: dict[int, Colleague] = {}
    for row in rows:
        text = f"{row.name}, {row.formal_name or row.staff}" if row.staff else row.name
        listed = classes.setdefault(row.student_id, [])
        if text not in listed:
            listed.append(text)
        if row.id is not None:
            colleagues[row.id] = Colleague(row.id, row.staff, row.job_title)
    return classes, list(colleagues.values())


def _adults(guardians: Sequence[Guardian], bonds: Sequence[Guardianship]) -> list[Adult]:
    points: dict[int, list[ContactPoint]] = {}
    found = db.session.scalars(
        select(ContactPoint)
        .where(ContactPoint.guardian_id.in_([guardian.id for guardian in guardians]))
        .order_by(ContactPoint.is_active.desc(), ContactPoint.priority, ContactPoint.id)
    )
    for point in found:
        points.setdefault(point.guardian_id, []).append(point)
    phones = [point.address for point in chain.from_iterable(points.values()) if point.kind != ContactKind.EMAIL]
    stops = stops_of(guardians[0].district_id, phones) if guardians else {}
    silenced = opted_out(guardians[0].district_id, phones, AUTOMATED_CALLS) if guardians else set()
    first: dict[int, Guardianship] = {}
    for bond in bonds:
        first.setdefault(bond.guardian_id, bond)
    adults = []
    for place, guardian in enumerate(guardians):
        own = first.get(guardian.id)
        may = any(bond.may_contact for bond in bonds if bond.guardian_id == guardian.id) if own else True
        adults.append(
            Adult(
                guardian.id,
                guardian.full_name,
                own.relationship_name if own else "guardian",
                guardian.language,
                place == 0 and len(guardians) > 1,
                own.lives_with if own else False,
                may,
                guardian.note,
                [
                    as_address(point, stops.get(point.address), refuses_calls=point.address in silenced)
                    for point in points.get(guardian.id, [])
                    if point.is_active
                ],
            )
        )
    return adults


def as_address(point: ContactPoint, stops: Stops | None = None, *, refuses_calls: bool = False) -> Address:
    """A contact point as people read it."""
    shown = point.address if point.kind == ContactKind.EMAIL else phone_numbers.for_people(point.address)
    state = state_of(point)
    takes_texts = state in TEXTABLE
    if stops and (takes_texts or (stops.reaching and state == "opted_out")):
        state = "partly_stopped"
    note = point.health_reason or ""
    return Address(point.id, shown, point.address, point.kind, point.label, state, note, point.is_active, stops, takes_texts, refuses_calls)


TEXTABLE = {"ok", "unverified", "unreachable"}
EMAIL_STATES = {
    ContactHealth.DEAD: "email_dead",
    ContactHealth.WRONG: "email_dead",
    ContactHealth.UNREACHABLE: "email_unreachable",
}


def state_of(point: ContactPoint) -> str:
    """What can be done with an address; a wish comes before health, and health before kind."""
    if point.kind == ContactKind.EMAIL:
        return "email_stopped" if point.opted_out_at is not None else EMAIL_STATES.get(ContactHealth(point.health), "email")
    if point.opted_out_at is not None:
        return "opted_out"
    by_health = {
        ContactHealth.DEAD: "dead",
        ContactHealth.WRONG: "bad",
    }.get(ContactHealth(point.health))
    if by_health:
        return by_health
    if point.kind == ContactKind.LANDLINE:
        return "landline"
    return {ContactHealth.UNREACHABLE: "unreachable", ContactHealth.UNCONFIRMED: "unverified"}.get(ContactHealth(point.health), "ok")

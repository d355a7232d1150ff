"""Whom recipients mean: people of the directory by what identifies them, and addresses of nobody we know."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.accounts import authority
from app.accounts.models import Staff, StaffStatus, are_people
from app.core import phone_numbers
from app.core.database import db
from app.directory.models import ContactPoint, Guardian, Guardianship, Student
from app.directory.queries import off_limits_among
from app.directory.queries.reach import guardian_is_visible_to, student_is_within_reach_of

STUDENT, CONTACT, COLLEAGUE = "PL-", "PC-", "PWT-"
RecipientBody = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Adult:
    """A guardian, with the addresses that are in force. `only` when an address named them: then that one is meant."""

    guardian: Guardian
    points: Sequence[ContactPoint]
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant. At most one of the three, or an `address` alone; `why_nobody` says what is wrong."""

    adults: tuple[Adult, ...] = ()
    colleague: Staff | None = None
    address: str | None = None
    why_nobody: str = ""


@dataclass(slots=True)
class _Wanted:
    """What identifies people, of all recipients of a message."""

    ids: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    uuids: set[UUID] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)


class People:
    """Reads everybody whom the recipients of one message may mean, within the reach of `staff`, with a fixed number of queries."""

    def __init__(self, staff: Staff, recipients: Iterable[RecipientBody]) -> None:
        """Ask once for all of them."""
        wanted = _wanted(recipients)
        self._staff = staff
        self._read_adults(wanted)
        self._read_students(wanted)
        self._read_colleagues(wanted)
        self._read_addresses(wanted)
        self._off_limits = off_limits_among(set(self._guardians))

    def find(self, one: RecipientBody) -> Found:
        """Who `one` is, with `SendTo` applied. Of several identifications the first that matches somebody wins."""
        send_to = int(one.get("SendTo", 0))
        for person in self._candidates(one):
            if isinstance(person, Student):
                return self._contacts_of(person, send_to)
            if isinstance(person, Staff):
                return Found(colleague=person)
            if isinstance(person, Adult):
                return self._permitted([person])
        address = address_of(one)
        if address is None:
            return Found(why_nobody="is unknown")
        if address in self._elsewhere:
            return Found(why_nobody="is not within the reach of this key")
        return Found(address=address)

    def _candidates(self, one: RecipientBody) -> Iterable[Student | Staff | Adult]:
        if (number := one.get("Id")) in self._guardians:
            yield self._adult(self._guardians[number])
        for key in (one.get("ExternalId"), _uuid(one.get("MessengerId"))):
            yield from self._of_any(key)
        idaas = one.get("IdaasId") or ""
        for prefix, kinds in ((STUDENT, self._students), (CONTACT, self._guardians_by), (COLLEAGUE, self._colleagues)):
            if idaas.startswith(prefix):
                rest = idaas.removeprefix(prefix)
                found = kinds.get(rest) or kinds.get(_uuid(rest))
                if found is not None:
                    yield self._adult(found) if isinstance(found, Guardian) else found
        address = address_of(one)
        if address is not None and address in self._by_address:
            yield self._by_address[address]

    def _of_any(self, key: Any) -> Iterable[Student | Staff | Adult]:
        if key is None:
            return
        if key in self._guardians_by:
            yield self._adult(self._guardians_by[key])
        if key in self._students:
            yield self._students[key]
        if key in self._colleagues:
            yield self._colleagues[key]

    def _contacts_of(self, student: Student, send_to: int) -> Found:
        if send_to == 0:
            return Found(why_nobody="is a student, who has no address; send to the contacts with SendTo 1 or 2")
        adults = [self._adult(self._guardians[number]) for number in self._bonds.get(student.id, ())]
        found = self._permitted(adults[:1] if send_to == 1 else adults)
        return found if found.adults else Found(why_nobody="has no contact who may be written to")

    def _permitted(self, adults: Sequence[Adult]) -> Found:
        allowed = tuple(one for one in adults if one.guardian.id not in self._off_limits)
        return Found(adults=allowed) if allowed else Found(why_nobody="must not be written to, by the school's records")

    def _adult(self, guardian: Guardian, only: str | None = None) -> Adult:
        return Adult(guardian, self._points.get(guardian.id, []), only)

    def _read_adults(self, wanted: _Wanted) -> None:
        self._guardians: dict[int, Guardian] = {}
        self._guardians_by: dict[Any, Guardian] = {}
        if wanted.ids or wanted.sources or wanted.uuids:
            named = or_(Guardian.id.in_(wanted.ids), Guardian.source_id.in_(wanted.sources), Guardian.uuid.in_(wanted.uuids))
            for guardian in self._adults_where(named):
                self._guardians_by |= {guardian.source_id: guardian, guardian.uuid: guardian}

    def _read_students(self, wanted: _Wanted) -> None:
        self._students: dict[Any, Student] = {}
        self._bonds: dict[int, list[int]] = defaultdict(list)
        if not wanted.sources and not wanted.uuids:
            return
        named = or_(Student.source_id.in_(wanted.sources), Student.student_number.in_(wanted.sources), Student.uuid.in_(wanted.uuids))
        for student in db.session.scalars(select(Student).where(named, student_is_within_reach_of(self._staff)).order_by(Student.id)):
            for key in (student.student_number, student.source_id, student.uuid):
                self._students[key] = student
        bonds = db.session.execute(
            select(Guardianship.student_id, Guardianship.guardian_id)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
            .where(
                Guardianship.student_id.in_({one.id for one in self._students.values()}),
                Guardianship.is_active.is_(True),
                Guardianship.may_contact.is_(True),
                Guardian.is_active.is_(True),
            )
            .order_by(Guardianship.priority, Guardianship.id)
        ).all()
        for student_id, guardian_id in bonds:
            self._bonds[student_id].append(guardian_id)
        list(self._adults_where(Guardian.id.in_({guardian_id for _student, guardian_id in bonds})))

    def _read_colleagues(self, wanted: _Wanted) -> None:
        named = or_(Staff.source_id.in_(wanted.sources), Staff.uuid.in_(wanted.uuids))
        mine = (Staff.district_id == self._staff.district_id, are_people(), Staff.status == StaffStatus.ACTIVE)
        found = db.session.scalars(select(Staff).where(named, *mine, authority.in_scope_of(self._staff)))
        self._colleagues: dict[Any, Staff] = {key: one for one in found for key in (one.source_id, one.uuid)}

    def _read_addresses(self, wanted: _Wanted) -> None:
        """Where an address stands in a record that the staff may see, that person is meant; in another's, nobody may be written to."""
        self._by_address: dict[str, Adult] = {}
        district = ContactPoint.district_id == self._staff.district_id
        here = select(ContactPoint).where(district, ContactPoint.address.in_(wanted.addresses), ContactPoint.is_active.is_(True))
        points = list(db.session.scalars(here.order_by(ContactPoint.priority, ContactPoint.id))) if wanted.addresses else []
        if points:
            list(self._adults_where(Guardian.id.in_({one.guardian_id for one in points})))
        for point in points:
            guardian = self._guardians.get(point.guardian_id)
            if guardian is not None:
                self._by_address.setdefault(point.address, self._adult(guardian, only=point.address))
        others = {point.guardian_id for point in points if point.guardian_id not in self._guardians}
        bound = set(db.session.scalars(select(Guardianship.guardian_id).where(Guardianship.guardian_id.in_(others)))) if others else set()
        self._elsewhere = {point.address for point in points if point.guardian_id in bound} - set(self._by_address)

    def _adults_where(self, condition: ColumnElement[bool]) -> list[Guardian]:
        """Those that may be seen, remembered with their addresses."""
        visible = guardian_is_visible_to(self._staff)
        found = list(db.session.scalars(select(Guardian).where(condition, visible, Guardian.is_active.is_(True))))
        self._guardians |= {guardian.id: guardian for guardian in found}
        self._points: dict[int, list[ContactPoint]] = getattr(self, "_points", {})
        for guardian_id, points in _points_of({guardian.id for guardian in found} - set(self._points)).items():
            self._points[guardian_id] = points
        return found


def address_of(one: RecipientBody) -> str | None:
    """The email, else the number with its country code, as our tables keep them."""
    if email := one.get("EmailAddress"):
        return str(email).strip().lower()
    number = one.get("MobileNumber")
    return phone_numbers.parse_or_none(f"+{str(number).lstrip('+')}") if number else None


def _points_of(guardian_ids: Collection[int]) -> dict[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    query = select(ContactPoint).where(ContactPoint.guardian_id.in_(guardian_ids), ContactPoint.is_active.is_(True))
    for point in db.session.scalars(query.order_by(ContactPoint.priority, ContactPoint.id)) if guardian_ids else ():
        found[point.guardian_id].append(point)
    return found


def _wanted(recipients: Iterable[RecipientBody]) -> _Wanted:
    wanted = _Wanted()
    for one in recipients:
        if "Id" in one:
            wanted.ids.add(one["Id"])
        rest = next(
            (one.get("IdaasId", "").removeprefix(p) for p in (STUDENT, CONTACT, COLLEAGUE) if one.get("IdaasId", "").startswith(p)), ""
        )
        wanted.sources |= {text for text in (one.get("ExternalId"), rest) if text}
        wanted.uuids |= {uuid for uuid in (_uuid(one.get("MessengerId")), _uuid(rest)) if uuid is not None}
        if (address := address_of(one)) is not None:
            wanted.addresses.add(address)
    return wanted


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None

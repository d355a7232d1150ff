"""What one needs to know for sending: from which numbers, what a draft is made of, and what is known of the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.accounts.models import Role, Staff
from app.carrier.fax_codes import FaxCode
from app.core.database import db
from app.core.errors import NotVisible
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint, District, Guardian, PhoneNumber, Purpose, School
from app.directory.queries.reach import guardian_is_visible_to
from app.fax.errors_sending import NotADraft
from app.fax.models import Direction, Fax, FaxContact, FaxPage, FaxPart, FaxStatus
from app.fax.queries import fax_visible_to, is_visible_to

MOST_CONTACTS = 200
DRAFTS_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """A number that somebody may fax from, and in whose name."""

    number: PhoneNumber
    school: School | None
    district: District

    @property
    def name(self) -> str:
        """Who stands on the cover."""
        return self.school.name if self.school else self.district.name

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return for_people(self.number.address)

    @property
    def zone(self) -> str:
        """Whose wall clock counts."""
        return self.school.time_zone if self.school else self.district.time_zone


def senders_of(staff: Staff) -> list[Sender]:
    """The fax numbers in use of one's schools, then the district's."""
    query = (
        select(PhoneNumber, School, District)
        .join(District, District.id == PhoneNumber.district_id)
        .outerjoin(School, School.id == PhoneNumber.school_id)
        .where(PhoneNumber.district_id == staff.district_id, PhoneNumber.purpose == Purpose.FAX, PhoneNumber.is_active.is_(True))
        .order_by(PhoneNumber.school_id.is_(None), School.name, PhoneNumber.id)
    )
    if staff.role != Role.DISTRICT_ADMIN:
        query = query.where(or_(PhoneNumber.school_id.in_(staff.school_ids), PhoneNumber.school_id.is_(None)))
    return [Sender(*row) for row in db.session.execute(query)]


def draft_visible_to(staff: Staff, fax_id: int) -> Fax:
    """One that is being written. Raises NotADraft, NotVisible."""
    fax = sent_visible_to(staff, fax_id)
    if fax.status != FaxStatus.DRAFT:
        raise NotADraft
    return fax


def sent_visible_to(staff: Staff, fax_id: int) -> Fax:
    """One that goes out, or is to. Raises NotVisible."""
    fax = fax_visible_to(staff, fax_id)
    if fax.direction != Direction.OUT:
        raise NotVisible
    return fax


def parts_of(fax_id: int) -> list[FaxPart]:
    """Its cover, if it was drawn, and its files, in their order."""
    query = select(FaxPart).where(FaxPart.fax_id == fax_id).order_by(FaxPart.position, FaxPart.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def pages_of(parts: Sequence[FaxPart]) -> list[FaxPage]:
    """The pages of these parts, as they go over the line."""
    place = {part.id: number for number, part in enumerate(parts)}
    found = db.session.scalars(select(FaxPage).where(FaxPage.part_id.in_(list(place))))
    return sorted(found, key=lambda page: (place[page.part_id or 0], page.number))


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known of a number."""

    name: str
    times: int
    """How often something arrived there."""
    last_at: datetime | None
    failure: str | None
    """Why the newest one did not arrive."""
    guardian: str
    """Whose phone it is by the records of families."""

    @property
    def is_no_fax(self) -> bool:
        """A person, or a voicemail, answered the newest one."""
        return self.failure == FaxCode.NOT_A_FAX


def acquaintance(staff: Staff, address: str) -> Acquaintance:
    """What this person may know of a number: of faxes and families within sight. Three queries."""
    district_id = staff.district_id
    name = db.session.scalar(select(FaxContact.name).where(FaxContact.district_id == district_id, FaxContact.address == address))
    mine = (is_visible_to(staff), Fax.address == address, Fax.direction == Direction.OUT)
    over = select(Fax.status, Fax.failure, Fax.finished_at).where(*mine, Fax.status.in_([FaxStatus.SENT, FaxStatus.FAILED]))
    newest = list(db.session.execute(over.order_by(Fax.id.desc()).limit(100)))
    sent = [row.finished_at for row in newest if row.status == FaxStatus.SENT]
    family = db.session.execute(
        select(Guardian.given_name, Guardian.family_name)
        .join(ContactPoint, ContactPoint.guardian_id == Guardian.id)
        .where(
            ContactPoint.district_id == district_id,
            ContactPoint.address == address,
            ContactPoint.is_active.is_(True),
            guardian_is_visible_to(staff),
        )
        .limit(1)
    ).first()
    return Acquaintance(
        name=name or "", times=len(sent), last_at=max((at for at in sent if at is not None), default=None),
        failure=newest[0].failure if newest and newest[0].status == FaxStatus.FAILED else None,
        guardian=f"{family.given_name} {family.family_name}".strip() if family else "",
    )  # fmt: skip


def contacts_of(district_id: int) -> list[FaxContact]:
    """Whom the district knows by name, to choose from."""
    query = select(FaxContact).where(FaxContact.district_id == district_id, FaxContact.name != "", FaxContact.is_junk.is_(False))
    return list(db.session.scalars(query.order_by(func.lower(FaxContact.name), FaxContact.id).limit(MOST_CONTACTS)))


def zone_of_fax(fax: Fax) -> str:
    """Whose wall clock counts for it."""
    of_school = select(School.time_zone).where(School.id == fax.school_id)
    of_district = select(District.time_zone).where(District.id == fax.district_id)
    return db.session.scalar(of_school) or db.session.scalar(of_district) or "UTC"

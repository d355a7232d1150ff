"""A fax came: its row, in the commit that notes the carrier's word of it. Its pages are fetched and drawn after that."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.carrier.events import FaxArrived
from app.core.clock import now
from app.core.database import db, open_events
from app.core.events import within
from app.directory.models import ContactPoint, Guardian, PhoneNumber, School
from app.fax.events import PaperWaiting
from app.fax.models import Direction, Fax, FaxContact, FaxStatus
from app.fax.service.looks import changed, searchable

LONGEST_STATION, LONGEST_NAME = 40, 200


@within(FaxArrived)
def receive(fact: FaxArrived) -> Fax | None:
    """Keep it; told twice it is one. None for a number that was given up meanwhile. Belongs into a transaction."""
    known = db.session.scalar(select(Fax).where(Fax.provider_id == fact.provider_id))
    if known is not None:
        return known
    number = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == fact.to))
    if number is None:
        return None
    contact = _contact(number.district_id, fact.sender)
    station = fact.station.strip()[:LONGEST_STATION]
    is_junk = contact is not None and contact.is_junk
    fax = Fax(
        district_id=number.district_id, school_id=number.school_id, phone_number_id=number.id, direction=Direction.IN,
        status=FaxStatus.RECEIVED, provider_id=fact.provider_id, address=fact.sender, station=station,
        name=_name(number.district_id, fact.sender, contact, station), own_name=_own_name(number), created_at=fact.at,
        pages=fact.pages or 0, seconds=fact.seconds, paper_due_at=now(), hidden_at=now() if is_junk else None,
    )  # fmt: skip
    fax.search_text = searchable(fax, ())
    db.session.add(fax)
    db.session.flush()
    open_events().extend([changed(fax, is_fresh=True), PaperWaiting()])
    return fax


def _contact(district_id: int, address: str) -> FaxContact | None:
    """Of this number, begun if it is new: what answers there is a machine, which is worth knowing before something is sent."""
    if not address:
        return None
    wanted = select(FaxContact).where(FaxContact.district_id == district_id, FaxContact.address == address)
    contact = db.session.scalar(wanted)
    if contact is None:
        contact = FaxContact(district_id=district_id, address=address, name="", is_machine=True)
        try:
            with db.session.begin_nested():
                db.session.add(contact)
        except IntegrityError:  # two faxes of a new number, in two processes
            contact = db.session.scalars(wanted).one()
    contact.is_machine = True
    return contact


def _name(district_id: int, address: str, contact: FaxContact | None, station: str) -> str:
    """As staff called it, else a guardian's whose number it is, else what the machine says of itself."""
    if contact is not None and contact.name:
        return contact.name
    guardian = _guardian(district_id, address) if address else None
    return (guardian.full_name if guardian is not None else station)[:LONGEST_NAME]


def _guardian(district_id: int, address: str) -> Guardian | None:
    return db.session.scalar(
        select(Guardian)
        .join(ContactPoint, ContactPoint.guardian_id == Guardian.id)
        .where(
            ContactPoint.district_id == district_id, ContactPoint.address == address, ContactPoint.is_active.is_(True),
            Guardian.is_active.is_(True),
        )
        .order_by(ContactPoint.priority, ContactPoint.id)
        .limit(1)
    )  # fmt: skip


def _own_name(number: PhoneNumber) -> str:
    school = db.session.get(School, number.school_id) if number.school_id else None
    return (number.label or (school.name if school is not None else ""))[:LONGEST_NAME]

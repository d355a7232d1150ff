"""Whose a number is: learned from what staff write, and from what arrives."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core.clock import now
from app.core.database import db
from app.fax.models import FaxContact


def know(district_id: int, address: str, *, name: str = "", is_machine: bool = False) -> FaxContact:
    """Keep what was learned of a number, and begin with it if it is new. Belongs into a transaction."""
    wanted = select(FaxContact).where(FaxContact.district_id == district_id, FaxContact.address == address)
    contact = db.session.scalar(wanted)
    if contact is None:
        contact = FaxContact(district_id=district_id, address=address, name=name, is_machine=is_machine)
        try:
            with db.session.begin_nested():
                db.session.add(contact)
        except IntegrityError:  # two who learn of a new number, in two processes
            contact = db.session.scalars(wanted).one()
    if name and contact.name != name:
        contact.name, contact.updated_at = name, now()
    contact.is_machine = contact.is_machine or is_machine
    return contact


def is_no_machine(district_id: int, address: str) -> None:
    """A person answered there: from now on the night holds what goes there. Belongs into a transaction."""
    mine = (FaxContact.district_id == district_id, FaxContact.address == address)
    db.session.execute(update(FaxContact).where(*mine).values(is_machine=False))


def is_machine(district_id: int, address: str) -> bool:
    """Whether a fax machine answered there once: no person is woken by another fax."""
    known = select(FaxContact.is_machine).where(FaxContact.district_id == district_id, FaxContact.address == address)
    return bool(db.session.scalar(known))

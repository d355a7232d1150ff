"""Where faxes go by themselves, and where they may go when somebody forwards one."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.phone_numbers import for_people
from app.fax.errors import DestinationKnown
from app.fax.models import FaxDestination, ForwardWay
from app.fax.queries_destinations import destination_visible_to, number_managed_by
from app.fax.service.forwarding import email_of

LONGEST_NAME = 200


def add_destination(staff: Staff, number_id: int | None, *, address: str, name: str, way: ForwardWay) -> FaxDestination:
    """Whatever arrives at the number goes there from now on; without a number it is offered when forwarding.

    Raises DestinationKnown, NotAnEmail, NotVisible.
    """
    number = number_managed_by(staff, number_id) if number_id is not None else None
    email = email_of(address)
    with transaction():
        same = FaxDestination.phone_number_id == number.id if number is not None else FaxDestination.phone_number_id.is_(None)
        mine = (FaxDestination.district_id == staff.district_id, FaxDestination.address == email, same)
        if db.session.scalar(select(FaxDestination.id).where(*mine)) is not None:
            raise DestinationKnown
        row = FaxDestination(
            district_id=staff.district_id, phone_number_id=number.id if number is not None else None, address=email,
            name=" ".join(name.split())[:LONGEST_NAME], way=way,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        told = {"to": row.address, "number": for_people(number.address) if number is not None else "–"}
        audit("fax_destination.added" if number is not None else "fax_destination.offered", row, told, by=staff)
    return row


def offer(staff: Staff, addresses: Sequence[str]) -> tuple[list[FaxDestination], bool]:
    """Have these offered when somebody forwards a fax; with whether any of them is new. Raises NotAnEmail; then none is added."""
    emails = list(dict.fromkeys(email_of(each) for each in addresses))
    mine = (FaxDestination.district_id == staff.district_id, FaxDestination.phone_number_id.is_(None))
    with transaction():
        known = {one.address: one for one in db.session.scalars(select(FaxDestination).where(*mine, FaxDestination.address.in_(emails)))}
        is_new = len(known) < len(emails)
        rows = [known.get(email) or add_destination(staff, None, address=email, name="", way=ForwardWay.LINK) for email in emails]
    return rows, is_new


def set_active(staff: Staff, destination_id: int, *, active: bool) -> FaxDestination:
    """Let faxes go there, or no more for now. Raises NotVisible."""
    with transaction():
        row = destination_visible_to(staff, destination_id)
        if row.is_active != active:
            row.is_active = active
            audit("fax_destination.on" if active else "fax_destination.off", row, {"to": row.address}, by=staff)
    return row


def remove_destination(staff: Staff, destination_id: int) -> None:
    """Forget it; what went there stays on its faxes. Raises NotVisible."""
    with transaction():
        row = destination_visible_to(staff, destination_id)
        audit("fax_destination.removed", row, {"to": row.address}, by=staff)
        db.session.execute(delete(FaxDestination).where(FaxDestination.id == row.id))

"""Numbers of ours by their ids."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber
from app.directory.queries.numbers import speaks_for_schools_of


def number_id(staff: Staff, uuid: UUID) -> int:
    """The row of a number that this person may speak as. Raises NotVisible."""
    found = db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.uuid == uuid, speaks_for_schools_of(staff)))
    if found is None:
        raise NotVisible
    return found

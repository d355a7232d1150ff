"""Numbers of ours by their ids."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber


def number_id(staff: Staff, uuid: UUID) -> int:
    """The row of a number of this person's district. Raises NotVisible."""
    found = db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.uuid == uuid, PhoneNumber.district_id == staff.district_id))
    if found is None:
        raise NotVisible
    return found

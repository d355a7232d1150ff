"""How many active pairings each of a district's numbers has."""

from sqlalchemy import func, select

from app.conversations.models import Participant
from app.core.database import db
from app.directory.models import PhoneNumber


def pairings_by_number(district_id: int) -> dict[int, int]:
    """Only numbers that have any; one walk over the index of active pairings."""
    rows = db.session.execute(
        select(Participant.phone_number_id, func.count())
        .join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        .where(PhoneNumber.district_id == district_id, Participant.pairing_deactivated_at.is_(None))
        .group_by(Participant.phone_number_id)
    )
    return {number_id: count for number_id, count in rows if number_id is not None}

"""Having a recording to oneself: its call is held first, then the recording, then its words.

Whoever changes a recording may come to change its call as well, and the other way round; in one order nobody waits for each other.
"""

from sqlalchemy import select

from app.calls.models import Recording
from app.calls.service import steps
from app.core.database import db


def hold(recording_id: int) -> Recording:
    """The recording as it is now, and its call: nobody else's until the commit."""
    steps.held(db.session.scalars(select(Recording.call_id).where(Recording.id == recording_id)).one())
    return db.session.get_one(Recording, recording_id, populate_existing=True, with_for_update=True)


def hold_known(provider_id: str) -> Recording | None:
    """The same of the one that the carrier knows by this id."""
    found = db.session.scalar(select(Recording.id).where(Recording.provider_id == provider_id))
    return hold(found) if found is not None else None

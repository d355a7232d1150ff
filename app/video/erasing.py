"""Nothing is kept of an adult who is erased: that there was a call stays, and who of the staff was in it."""

from sqlalchemy import update

from app.core.database import db
from app.core.events import within
from app.directory.events import GuardianErased
from app.video.models import VideoCall, VideoParticipant

ERASED = "–"


@within(GuardianErased)
def erase_guardian(fact: GuardianErased) -> None:
    """Their name goes, and the address by which they come in."""
    seats = update(VideoParticipant).where(VideoParticipant.guardian_id == fact.guardian_id).values(name=ERASED, link_hash=None)
    calls = update(VideoCall).where(VideoCall.guardian_id == fact.guardian_id).values(session_name=ERASED)
    for statement in (seats, calls):
        db.session.execute(statement.execution_options(synchronize_session=False))

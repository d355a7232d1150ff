"""Nothing is kept of an adult who is erased, and what waits for them in a batch is not sent."""

from sqlalchemy import or_, select, text, update

from app.api.groupcall.models import QUEUED, Fate, GroupcallRecipient, GroupcallSend
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.directory.events import GuardianErased

ERASED = "–"


@within(GuardianErased)
def erase_guardian(fact: GuardianErased) -> None:
    """Rows stay, because usage is counted by them."""
    sends = select(GroupcallSend.id).where(GroupcallSend.district_id == fact.district_id)
    theirs = (
        GroupcallRecipient.send_id.in_(sends),
        or_(GroupcallRecipient.guardian_id == fact.guardian_id, GroupcallRecipient.address.in_(fact.addresses)),
    )
    stopped = update(GroupcallRecipient).where(*theirs, text(QUEUED)).values(state=Fate.FAILED, state_at=now(), detail="erased")
    emptied = update(GroupcallRecipient).where(*theirs).values(address=ERASED, reference=None, body="")
    for statement in (stopped, emptied):
        db.session.execute(statement.execution_options(synchronize_session=False))

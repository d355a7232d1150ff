"""Nothing is kept of an adult who is erased: neither what a program said of their number, nor what waits to be sent to it."""

from sqlalchemy import String, cast, or_, select, update

from app.api.common_services.models import ClientConversation, ClientMessage, ClientParticipant, Taking
from app.api.common_services.service import lines
from app.core.database import db
from app.core.events import within
from app.directory.events import GuardianErased

GONE = "erased-"


@within(GuardianErased)
def erase_guardian(fact: GuardianErased) -> None:
    """Messages that wait are called off; of all, words and numbers go."""
    theirs = (
        ClientMessage.district_id == fact.district_id,
        or_(ClientMessage.receiver.in_(fact.addresses), ClientMessage.sender.in_(fact.addresses)),
    )
    lines.end(*theirs, state=Taking.CANCELLED)
    gone = GONE + cast(ClientMessage.id, String)
    words = {"body": "", "media_urls": None}
    sent = update(ClientMessage).where(*theirs, ClientMessage.receiver.in_(fact.addresses)).values(receiver=gone, **words)
    came = update(ClientMessage).where(*theirs, ClientMessage.sender.in_(fact.addresses)).values(sender=gone, **words)
    talks = select(ClientConversation.id).where(ClientConversation.district_id == fact.district_id)
    members = (
        update(ClientParticipant)
        .where(ClientParticipant.number.in_(fact.addresses), ClientParticipant.conversation_id.in_(talks))
        .values(number=GONE + cast(ClientParticipant.id, String), name=None)
    )
    for statement in (sent, came, members):
        db.session.execute(statement.execution_options(synchronize_session=False))

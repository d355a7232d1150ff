"""What changes on a family's record changes its conversations: names, languages, and whether they may go on."""

from sqlalchemy import select

from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import children_of
from app.conversations.service import inbox_row, members, starting
from app.core.database import db
from app.core.events import within
from app.directory.events import ContactHealthChanged, PersonChanged
from app.directory.models import ContactPoint, District, Guardian


@within(PersonChanged)
def follow_record(news: PersonChanged) -> None:
    """Write a guardian's new name, children and language into the rows of the inbox; end pairings that may not go on."""
    guardian = db.session.get_one(Guardian, news.guardian_id)
    home = db.session.get_one(District, news.district_id).language
    children = [student for student, _bond in children_of(guardian.id)]
    mine = select(Conversation.id).where(Conversation.guardian_id == guardian.id, Conversation.kind == ConversationKind.DIRECT)
    for conversation_id in db.session.scalars(mine.order_by(Conversation.id)).all():
        conversation = inbox_row.hold(conversation_id)
        here = [child for child in children if child.school_id == conversation.school_id]
        language = _language(conversation, guardian)
        shown = (
            guardian.full_name[: starting.LONGEST_TITLE],
            starting.subtitle_for(here or children),
            language if language != home else None,
        )
        if shown != (conversation.title, conversation.subtitle, conversation.language):
            conversation.title, conversation.subtitle, conversation.language = shown
            inbox_row.changed(conversation)
    members.end_pairings_of(guardian.id)


@within(ContactHealthChanged)
def follow_health(news: ContactHealthChanged) -> None:
    """Composers of threads with a number that just died, or works again, say so."""
    rows = db.session.scalars(
        select(Participant.conversation_id)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(
            Participant.address == news.address,
            Participant.left_at.is_(None),
            ContactPoint.district_id == news.district_id,
        )
        .order_by(Participant.conversation_id)
    )
    for conversation_id in dict.fromkeys(rows):
        inbox_row.changed(inbox_row.hold(conversation_id))


def _language(conversation: Conversation, guardian: Guardian) -> str:
    """That of the address which is written to, else the guardian's."""
    own = db.session.scalar(
        select(ContactPoint.language)
        .join(Participant, Participant.contact_point_id == ContactPoint.id)
        .where(Participant.conversation_id == conversation.id, Participant.left_at.is_(None))
        .limit(1)
    )
    return own or guardian.language

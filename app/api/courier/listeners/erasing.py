"""Nothing is kept of an adult who is erased: no email, no draft, no text to a number, no line of a log."""

from sqlalchemy import ColumnElement, delete, or_, select, update

from app.api.courier.models import ConsentRequest, EmailStatus, MessageDraft, NumberLog, NumberLookup, SingleText, UserEmail
from app.conversations.models import Conversation, ConversationKind
from app.core.database import db
from app.core.events import within
from app.directory.events import GuardianErased
from app.directory.models import PhoneNumber

ERASED = "–"


@within(GuardianErased)
def erase_guardian(fact: GuardianErased) -> None:
    """What was sent stays counted; what it said, and to whom, goes."""
    here, addresses = fact.district_id, fact.addresses
    emails: ColumnElement[bool] = (UserEmail.district_id == here) & or_(
        UserEmail.contact_point_id.in_(fact.contact_point_ids), UserEmail.address.in_(addresses)
    )
    talks = select(Conversation.id).where(Conversation.guardian_id == fact.guardian_id, Conversation.kind == ConversationKind.DIRECT)
    numbers = select(PhoneNumber.id).where(PhoneNumber.district_id == here)
    statements = [
        update(UserEmail).where(emails, UserEmail.status == EmailStatus.DRAFT).values(status=EmailStatus.FAILED),
        update(UserEmail).where(emails).values(address=ERASED, subject=ERASED, message=None, message_html=None),
        delete(MessageDraft).where(MessageDraft.conversation_id.in_(talks)),
        update(SingleText).where(SingleText.district_id == here, SingleText.address.in_(addresses)).values(address=ERASED),
        delete(ConsentRequest).where(ConsentRequest.guardian_id == fact.guardian_id),
        delete(NumberLookup).where(NumberLookup.district_id == here, NumberLookup.number.in_(addresses)),
    ] + [
        delete(NumberLog).where(NumberLog.phone_number_id.in_(numbers), NumberLog.line.contains(address, autoescape=True))
        for address in addresses
    ]
    for statement in statements:
        db.session.execute(statement.execution_options(synchronize_session=False))

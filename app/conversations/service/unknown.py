"""Texts that no pairing claims go to a list that the office sees."""

from sqlalchemy import select

from app.carrier.models import InboundText
from app.conversations.events import UnknownTextsChanged
from app.conversations.models import BlockedSender, Conversation, ConversationKind, Participant, UnknownState, UnknownText
from app.conversations.service import answering, inbox_row, keyword_replies, timeline
from app.conversations.service.answering import Counted
from app.conversations.service.keyword_replies import Speaker, Spoken
from app.conversations.service.outbox import UNKNOWN_OWNER
from app.core.database import db, open_events
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint, District, PhoneNumber


def file(inbound: InboundText, number: PhoneNumber, counted: Counted | None = None) -> UnknownText:
    """Put a text on the list. A keyword is obeyed and needs nobody, also if it `counted` as an answer besides.

    A blocked sender, or one of our own numbers, is kept aside.
    """
    text = UnknownText(
        district_id=inbound.district_id,
        school_id=number.school_id,
        inbound_text_id=inbound.id,
        phone_number_id=number.id,
        sender=inbound.sender,
        body=inbound.body,
        received_at=inbound.received_at,
    )
    db.session.add(text)
    db.session.flush()
    spoken = keyword_replies.understand(inbound, number)
    if _is_ours(inbound.sender):
        text.state = UnknownState.IGNORED
    elif spoken is not None:
        text.state = UnknownState.IGNORED
        point = _known_as(inbound)
        language = point.language or point.guardian.language if point else db.session.get_one(District, inbound.district_id).language
        speaker = Speaker(number, inbound.sender, inbound.body)
        beside = counted.reply if counted is not None and spoken.is_answered else None
        keyword_replies.obey(spoken, speaker, language=language, point=point, owner=(UNKNOWN_OWNER, text.id), beside=beside)
        if spoken.changes_consent:
            _say_in_threads(spoken, inbound, number)
        if counted is not None and not spoken.is_answered:
            answering.acknowledge(counted, inbound, number, (UNKNOWN_OWNER, text.id))
    elif db.session.get(BlockedSender, (inbound.district_id, inbound.sender)) is not None:
        text.state = UnknownState.BLOCKED
    else:
        changed(text, is_new=True)
    return text


def changed(text: UnknownText, *, is_new: bool = False) -> None:
    """Say that the list grew or shrank."""
    open_events().append(UnknownTextsChanged(text.district_id, text.school_id, text.id, is_new))


def _say_in_threads(spoken: Spoken, inbound: InboundText, number: PhoneNumber) -> None:
    """Who writes with this phone from another number of ours must know what it wants, too."""
    members = db.session.scalars(
        select(Participant)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(
            Participant.address == inbound.sender,
            Participant.contact_point_id.is_not(None),
            Participant.left_at.is_(None),
            Conversation.district_id == inbound.district_id,
            Conversation.kind == ConversationKind.DIRECT,
            Conversation.deleted_at.is_(None),
        )
    ).all()
    by_thread = {member.conversation_id: member for member in members}
    for conversation in inbox_row.hold_all(sorted(by_thread)):
        point = db.session.get_one(ContactPoint, by_thread[conversation.id].contact_point_id)
        name, ours = point.guardian.full_name, for_people(number.address)
        timeline.line(conversation, spoken.event, author=name, contact_point_id=point.id, number=ours)


def _is_ours(address: str) -> bool:
    """Two of our numbers must never talk with each other."""
    return db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == address)) is not None


def _known_as(inbound: InboundText) -> ContactPoint | None:
    return db.session.scalar(
        select(ContactPoint)
        .where(
            ContactPoint.district_id == inbound.district_id,
            ContactPoint.address == inbound.sender,
            ContactPoint.is_active.is_(True),
        )
        .order_by(ContactPoint.id)
        .limit(1)
    )

"""An inbound text finds its conversation by (our number, their number), or lands with the unknown senders. Never dropped."""

from typing import Any

import structlog
from sqlalchemy import select

from app.accounts.models import Staff, StaffStatus, are_people
from app.carrier.models import InboundText
from app.conversations import pairing
from app.conversations.events import InboundMediaExpected, InboundWordsArrived
from app.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    ConversationState,
    Message,
    MessageKind,
    MessageStatus,
    Participant,
)
from app.conversations.service import (
    adoption,
    after_hours,
    answering,
    consent,
    group_relay,
    inbox_row,
    keyword_replies,
    office_line,
    timeline,
    translating,
    unknown,
)
from app.conversations.service.answering import Counted
from app.conversations.service.keyword_replies import Speaker, Spoken
from app.conversations.service.outbox import ANSWER_OWNER, SIDE_OWNER
from app.conversations.service.recipients import Recipient
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.keywords import plain_words_refusal
from app.core.phone_numbers import for_people
from app.core.search_text import indexable
from app.directory.models import ContactPoint, District, PhoneNumber

log = structlog.get_logger()
MOST_ATTEMPTS = 5
"""After so many failures a text is filed with the unknown senders, where people see it."""


def receive_text(inbound_text_id: int) -> None:
    """Route one recorded text, once: in one commit it is marked and becomes a message or an unknown text."""
    with transaction():
        inbound = db.session.scalar(
            select(InboundText).where(InboundText.id == inbound_text_id).with_for_update().execution_options(populate_existing=True)
        )
        if inbound is None or inbound.routed_at is not None:
            return
        inbound.routed_at = now()
        number = db.session.get_one(PhoneNumber, inbound.phone_number_id)
        counted = answering.take(inbound, number) if inbound.attempts < MOST_ATTEMPTS else None
        participant, answers = pairing.active_pairing(number.id, inbound.sender), None
        if participant is None and inbound.attempts < MOST_ATTEMPTS:
            participant, answers = adoption.adopt(inbound, number)
        if keyword_replies.understand(inbound, number) is not None:
            inbound.counted_as = "command"
        elif counted is not None:
            inbound.counted_as = "answer"
        if participant is None and counted is not None and inbound.counted_as == "answer":  # a colleague, or of a list
            answering.acknowledge(counted, inbound, number, (ANSWER_OWNER, inbound.id))
        elif participant is None or inbound.attempts >= MOST_ATTEMPTS:
            unknown.file(inbound, number, counted)
        else:
            add_to_thread(inbound, number, participant, counted=counted, answers=counted.answers if counted else answers)


def receive_waiting(limit: int = 200) -> int:
    """Route what no nudge reached, oldest first; returns how many there were. One that fails does not hold up the rest."""
    waiting = list(db.session.scalars(select(InboundText.id).where(InboundText.routed_at.is_(None)).order_by(InboundText.id).limit(limit)))
    for number in waiting:
        try:
            receive_text(number)
        except Exception:
            log.exception("inbound.routing_failed", inbound_text=number)
            with transaction():
                inbound = db.session.get_one(InboundText, number, populate_existing=True)
                inbound.attempts += 1
    return len(waiting)


def add_to_thread(
    inbound: InboundText,
    number: PhoneNumber,
    participant: Participant,
    *,
    is_late: bool = False,
    counted: Counted | None = None,
    answers: dict[str, Any] | None = None,
) -> Message:
    """Make an inbound text a message of the participant's conversation. Belongs into a transaction.

    `answers` is what it answers, if not just the words above it; see `adoption.Belonging`.

    One that waited with the unknown senders is late: nobody is promised an answer for it any more. One that `counted` as an
    answer needs nobody's: eight hundred of them must not bury whom the author has to write to.
    """
    conversation = inbox_row.hold(participant.conversation_id)
    point = db.session.get_one(ContactPoint, participant.contact_point_id)
    sender = Recipient(participant, point, point.guardian, consent.number_to_answer_from(participant, number))
    _welcome_back(conversation, participant)
    spoken = keyword_replies.understand(inbound, number)
    message = _add(conversation, inbound, sender, answers)
    wake(conversation, message, waits=spoken is None and counted is None, is_unread=counted is None)
    if spoken is not None:
        beside = counted.reply if counted is not None and spoken.is_answered else None
        act_on(conversation, sender, spoken, Speaker(number, inbound.sender, inbound.body), beside=beside)
    if counted is not None:
        line = answering.note(counted, conversation, sender.guardian.full_name)
        if spoken is None or not spoken.is_answered:
            answering.acknowledge(counted, inbound, number, (SIDE_OWNER, line))
        if message.awaits_translation:
            open_events().append(InboundWordsArrived(message.id))
    if counted is not None or spoken is not None:
        return message
    suggest_refusal(conversation, sender, message)
    if inbound.media:
        open_events().append(InboundMediaExpected(tuple(attachment.id for attachment in message.attachments)))
    elif conversation.kind == ConversationKind.GROUP:
        group_relay.relay(conversation, message)
    if message.awaits_translation:
        open_events().append(InboundWordsArrived(message.id))
    if not is_late:
        after_hours.answer(conversation, sender)
    return message


def _add(conversation: Conversation, inbound: InboundText, sender: Recipient, answers: dict[str, Any] | None) -> Message:
    message = Message(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.INBOUND,
        participant_id=sender.participant.id,
        author=sender.guardian.full_name[:120],
        body=inbound.body,
        status=MessageStatus.DELIVERED,
        channel="mms" if inbound.media else "sms",
        inbound_text_id=inbound.id,
        recipients=0,
        created_at=inbound.received_at,
        search_text=indexable(inbound.body),
        details={"answers": answers} if answers else {},
    )
    message.attachments = [
        Attachment(
            district_id=conversation.district_id,
            conversation_id=conversation.id,
            name=f"{position}",
            content_type=str(item.get("content_type", ""))[:80],
            size=0,
            source_url=str(item.get("url", ""))[:500],
        )
        for position, item in enumerate(inbound.media, start=1)
    ]
    translating.expect(message, conversation)
    db.session.add(message)
    db.session.flush()
    return message


def _welcome_back(conversation: Conversation, participant: Participant) -> None:
    """A deleted conversation in which a guardian writes is there again; an answer goes where the guardian wrote from."""
    conversation.deleted_at = None
    if conversation.kind == ConversationKind.DIRECT and participant.left_at is not None:
        others = select(Participant).where(
            Participant.conversation_id == conversation.id,
            Participant.contact_point_id.is_not(None),
            Participant.id != participant.id,
            Participant.left_at.is_(None),
        )
        for other in db.session.scalars(others):
            other.left_at = now()
        participant.left_at = None


def wake(conversation: Conversation, message: Message, *, waits: bool, is_unread: bool = True) -> None:
    """Open again, waiting, unread for everybody in it. Nobody left to see it: the office does."""
    conversation.state, conversation.snoozed_until = ConversationState.OPEN, None
    if waits and conversation.waits_since is None:
        conversation.waits_since = message.created_at
    if conversation.is_office or not _has_reader(conversation):
        office_line.join([conversation])
    inbox_row.added(conversation, message)
    if is_unread:
        inbox_row.more_unread(conversation)


def _has_reader(conversation: Conversation) -> bool:
    return (
        db.session.scalar(
            select(Participant.id)
            .join(Staff, Staff.id == Participant.staff_id)
            .where(
                Participant.conversation_id == conversation.id,
                Participant.left_at.is_(None),
                are_people(),
                Staff.status == StaffStatus.ACTIVE,
            )
            .limit(1)
        )
        is not None
    )


def suggest_refusal(conversation: Conversation, sender: Recipient, message: Message) -> None:
    """Point out to staff what seems to refuse in other words."""
    if refusal := plain_words_refusal(message.body):
        timeline.line(conversation, "refusal_suggested", refusal=refusal, message_id=message.id, contact_point_id=sender.point.id)


def act_on(conversation: Conversation, sender: Recipient, spoken: Spoken, speaker: Speaker, *, beside: str | None = None) -> None:
    """Obey a command of somebody in this conversation, and say so in its timeline; `beside` as `keyword_replies.obey` takes it."""
    language = sender.language or db.session.get_one(District, conversation.district_id).language
    line = timeline.line(
        conversation, spoken.event, author=sender.guardian.full_name,
        contact_point_id=sender.point.id, number=for_people(speaker.number.address),
    )  # fmt: skip
    keyword_replies.obey(spoken, speaker, language=language, point=sender.point, owner=(SIDE_OWNER, line.id), beside=beside)

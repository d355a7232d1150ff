"""Emails into the outbox. What waits is taken back as texts are (`outbox`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.email.content import contents_of
from app.delivery.email.gate import EmailGate, Expected
from app.delivery.events import DeliveriesQueued
from app.delivery.models import EMAIL, Delivery, DeliveryContent, DeliveryState, Priority
from app.delivery.news import news_of

LONGEST_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of an email: plain text, of which the HTML is made. `school_id` None speaks in the district's name.

    `media` are files of the store ([{"key", "content_type", "name"}]) and become attachments; `reply_to` None means that nobody
    reads answers, and the email says so.
    """

    subject: str
    text: str
    language: str = "en"
    school_id: int | None = None
    reply_to: str | None = None
    media: tuple[dict[str, Any], ...] = ()
    buttons: dict[str, Any] | None = None
    """A question's choices, and what stands above them: {"asks": …, "choices": […]}; each leads to the reader's own page."""
    is_for_offices: bool = False
    """It goes to a clinic, a court or a colleague: no way out of a family's emails stands at its foot."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whom to reach."""

    address: str
    contact_point_id: int | None = None


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """One email to some readers, on behalf of the row `owner_id` of the kind `owner_kind`. `due_at` None means at once."""

    district_id: int
    owner_kind: str
    owner_id: int
    letter: Letter
    mailboxes: tuple[Mailbox, ...]
    priority: Priority = Priority.DEFAULT
    due_at: datetime | None = None
    is_emergency: bool = False
    is_reply: bool = False
    """The reader just asked for it, so that quiet hours do not hold it."""


def details_of(letter: Letter) -> dict[str, Any]:
    """What a content keeps of an email beside its text and files."""
    subject = " ".join(letter.subject.split())[:LONGEST_SUBJECT]
    told: dict[str, Any] = {"subject": subject, "language": letter.language, "school_id": letter.school_id, "reply_to": letter.reply_to}
    if letter.is_for_offices:
        told["for_offices"] = True
    return told | ({"buttons": letter.buttons} if letter.buttons else {})


def make_letter(letter: Letter) -> int:
    """The id of a content that many deliveries share; their channel is "email", and they have no phone number to send from."""
    content = DeliveryContent(body=letter.text, media=list(letter.media), details=details_of(letter))
    db.session.add(content)
    db.session.flush()
    return content.id


def enqueue_letter(request: LetterRequest) -> list[Delivery]:
    """Write one delivery for each mailbox, in their order, and say what became of those that may not go or not yet.

    Who opted out, or whose address is known not to work, is BLOCKED with the reason; whom it would wake is PENDING with
    `held_until`. Listeners of DeliveryChanged hear of both.
    """
    with transaction() as events:
        due_at = request.due_at or now()
        content_id = make_letter(request.letter)
        expected = [
            Expected(request.district_id, one.address, one.contact_point_id, content_id, request.is_emergency, request.is_reply)
            for one in request.mailboxes
        ]
        gate = EmailGate(expected, contents_of({content_id: request.district_id}), due_at)
        deliveries = []
        for one in expected:
            verdict = gate.judge(one)
            delivery = Delivery(
                district_id=request.district_id, owner_kind=request.owner_kind, owner_id=request.owner_id,
                contact_point_id=one.contact_point_id, content_id=content_id, channel=EMAIL, address=one.address,
                priority=int(request.priority), state=DeliveryState.BLOCKED if verdict.blocked else DeliveryState.PENDING,
                error_code=verdict.blocked, due_at=verdict.held_until or due_at, held_until=verdict.held_until,
                is_emergency=request.is_emergency, is_reply=request.is_reply, finished_at=now() if verdict.blocked else None,
            )  # fmt: skip
            deliveries.append(delivery)
        db.session.add_all(deliveries)
        db.session.flush()
        events.extend(news_of(delivery, None) for delivery in deliveries if delivery.error_code or delivery.held_until)
        waiting = [delivery.due_at for delivery in deliveries if delivery.state == DeliveryState.PENDING]
        if waiting:
            events.append(DeliveriesQueued(min(waiting)))
    return deliveries

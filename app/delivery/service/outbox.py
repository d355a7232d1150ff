"""Into the outbox, and out of it again while nobody has taken it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.core import rows, sms
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.errors import AlreadyLeft
from app.delivery.events import DeliveriesQueued
from app.delivery.gates import Gate, Passport, Traveller, Verdict
from app.delivery.models import VOICE, Delivery, DeliveryContent, DeliveryState, Priority
from app.delivery.news import news_of
from app.delivery.senders import senders


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to reach, and from which of our numbers."""

    address: str
    phone_number_id: int
    contact_point_id: int | None = None
    passport: Passport | None = None
    """What the gate asks, for who has read it in this transaction anyway."""


@dataclass(frozen=True, slots=True)
class EnqueueRequest:
    """One text or call to some recipients, on behalf of the row `owner_id` of the kind `owner_kind`.

    `due_at` None means at once; `segments` None means that they are counted here. `ignores_consent` is only for the one
    acknowledgement of a STOP, `is_emergency` only for whom permissions allow it.
    """

    district_id: int
    owner_kind: str
    owner_id: int
    body: str
    recipients: tuple[Recipient, ...]
    media: tuple[dict[str, Any], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the channel needs beside the words; see `DeliveryContent.details`."""
    channel: str = "sms"
    priority: Priority = Priority.DEFAULT
    due_at: datetime | None = None
    is_emergency: bool = False
    is_reply: bool = False
    ignores_consent: bool = False
    segments: int | None = None


def enqueue(request: EnqueueRequest) -> list[Delivery]:
    """Write one delivery for each recipient, in their order, and say what became of those that may not go or not yet.

    Who opted out is BLOCKED with the reason; whom it would wake is PENDING with `held_until`. Listeners of DeliveryChanged
    hear of both; what is simply on its way is not announced.
    """
    return enqueue_all([request])


def enqueue_all(requests: Sequence[EnqueueRequest]) -> list[Delivery]:
    """The same for many owners, with one statement for all. They carry the same files; the same words are kept once."""
    with transaction() as events:
        db.session.flush()
        contents = _contents_of(requests)
        values = [row for request, content_id in zip(requests, contents, strict=True) for row in _rows_of(request, content_id)]
        deliveries = rows.added_all(Delivery, values)
        events.extend(news_of(delivery, None) for delivery in deliveries if delivery.error_code or delivery.held_until)
        waiting = [delivery.due_at for delivery in deliveries if delivery.state == DeliveryState.PENDING]
        if waiting:
            events.append(DeliveriesQueued(min(waiting)))
    return deliveries


def _rows_of(request: EnqueueRequest, content_id: int) -> list[dict[str, Any]]:
    due_at = request.due_at or now()
    segments = 1 if request.channel == VOICE else request.segments or max(1, sms.measure(request.body).segments)
    same = {
        "district_id": request.district_id, "owner_kind": request.owner_kind, "owner_id": request.owner_id, "content_id": content_id,
        "channel": request.channel, "priority": int(request.priority), "segments": segments, "is_emergency": request.is_emergency,
        "is_reply": request.is_reply, "ignores_consent": request.ignores_consent,
    }  # fmt: skip
    return [
        same | {
            "contact_point_id": recipient.contact_point_id, "phone_number_id": recipient.phone_number_id, "address": recipient.address,
            "state": DeliveryState.BLOCKED if verdict.blocked else DeliveryState.PENDING, "error_code": verdict.blocked,
            "due_at": verdict.held_until or due_at, "held_until": verdict.held_until,
            "finished_at": now() if verdict.blocked else None,
        }
        for recipient, verdict in zip(request.recipients, foreseen(request, due_at), strict=True)
    ]  # fmt: skip


def _contents_of(requests: Sequence[EnqueueRequest]) -> list[int]:
    """The number of each request's words, in their order; all of them carry the same files."""
    first = requests[0]
    bodies = list(dict.fromkeys(each.body for each in requests))
    beside = {"media": list(first.media), "details": dict(first.details)}
    if len(bodies) == 1:
        return [rows.added(DeliveryContent, {"body": first.body} | beside).id] * len(requests)
    written = insert(DeliveryContent).returning(DeliveryContent.id, DeliveryContent.body)
    numbers = {row.body: row.id for row in db.session.execute(written, [{"body": body} | beside for body in bodies])}
    return [numbers[each.body] for each in requests]


def foreseen(request: EnqueueRequest, due_at: datetime) -> list[Verdict]:
    """What the gate says of each recipient, in their order. Asks nothing about those who show their passports."""
    travellers = [_traveller(request, recipient) for recipient in request.recipients]
    strangers = [index for index, recipient in enumerate(request.recipients) if recipient.passport is None]
    numbers = {request.recipients[index].phone_number_id for index in strangers}
    gate = Gate([travellers[index] for index in strangers], senders(numbers), due_at, calls=request.channel == VOICE)
    return [
        gate.judge(traveller) if recipient.passport is None else gate.admit(traveller, recipient.passport)
        for recipient, traveller in zip(request.recipients, travellers, strict=True)
    ]


def _traveller(request: EnqueueRequest, recipient: Recipient) -> Traveller:
    return Traveller(
        recipient.address, recipient.phone_number_id, recipient.contact_point_id,
        request.is_emergency, request.is_reply, request.ignores_consent,
    )  # fmt: skip


def cancel(owner_kind: str, owner_id: int) -> int:
    """Take back everything of an owner, all of it or nothing; returns how many deliveries that were.

    Compare and set: a dispatcher takes a row only while it is PENDING, as this does, so the two cannot both have it.
    Raises AlreadyLeft when any of it left or is in hand, or nothing waits.
    """
    with transaction() as events:
        mine = (Delivery.owner_kind == owner_kind, Delivery.owner_id == owner_id)
        waiting = select(Delivery.state).where(*mine, Delivery.state.not_in([DeliveryState.BLOCKED, DeliveryState.CANCELLED]))
        states = list(db.session.scalars(waiting.with_for_update()))
        if not states or any(state != DeliveryState.PENDING for state in states):
            raise AlreadyLeft
        return len(_cancel_waiting(events, *mine))


def cancel_pending(owner_kind: str, owner_id: int) -> int:
    """Stop what still waits of an owner; what left has left. Returns how many deliveries were stopped."""
    with transaction() as events:
        return len(_cancel_waiting(events, Delivery.owner_kind == owner_kind, Delivery.owner_id == owner_id))


def withdraw(delivery_id: int) -> None:
    """Take one delivery back that nobody has taken yet, whatever became of its owner's others. Raises AlreadyLeft."""
    with transaction() as events:
        if not _cancel_waiting(events, Delivery.id == delivery_id):
            raise AlreadyLeft


def _cancel_waiting(events: list[Any], *mine: Any) -> list[Delivery]:
    cancelled = list(
        db.session.scalars(
            update(Delivery)
            .where(*mine, Delivery.state == DeliveryState.PENDING)
            .values(state=DeliveryState.CANCELLED, finished_at=now())
            .returning(Delivery)
            .execution_options(populate_existing=True)
        )
    )
    events.extend(news_of(delivery, DeliveryState.PENDING) for delivery in cancelled)
    return cancelled


def send_now(owner_kind: str, owner_id: int) -> int:
    """Let what waits of an owner go at once; returns how many deliveries that are. Quiet hours still hold what they hold.

    Raises AlreadyLeft when nothing waits.
    """
    with transaction() as events:
        moment = now()
        hastened = list(
            db.session.scalars(
                update(Delivery)
                .where(Delivery.owner_kind == owner_kind, Delivery.owner_id == owner_id, Delivery.state == DeliveryState.PENDING)
                .values(due_at=moment, held_until=None)
                .returning(Delivery)
                .execution_options(populate_existing=True)
            )
        )
        if not hastened:
            raise AlreadyLeft
        events.extend(news_of(delivery, DeliveryState.PENDING) for delivery in hastened)
        events.append(DeliveriesQueued(moment))
    return len(hastened)


def forget_words(owner_kind: str, owner_ids: Sequence[int]) -> None:
    """What was sent is no longer kept: its words and files leave the outbox, that it was sent stays. Belongs into a transaction.

    What failed of it needs nobody any more: there is nothing left to try again.
    """
    theirs = Delivery.owner_kind == owner_kind, Delivery.owner_id.in_(owner_ids)
    failed = update(Delivery).where(*theirs, Delivery.state == DeliveryState.FAILED, Delivery.settled_at.is_(None))
    db.session.execute(failed.values(settled_at=now()))
    over = select(Delivery.content_id).where(
        *theirs,
        Delivery.state.not_in([DeliveryState.PENDING, DeliveryState.PROCESSING]),
    )
    db.session.execute(update(DeliveryContent).where(DeliveryContent.id.in_(over)).values(body="", media=[], details={}))


def forget_addresses(contact_point_ids: Sequence[int]) -> None:
    """Whose addresses these were is to be forgotten: that something went out stays. Belongs into a transaction."""
    theirs = Delivery.contact_point_id.in_(contact_point_ids)
    over = Delivery.state.not_in([DeliveryState.PENDING, DeliveryState.PROCESSING])
    db.session.execute(update(Delivery).where(theirs, over).values(address="").execution_options(synchronize_session=False))

"""What people decide about deliveries that failed, or of which nobody knows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.accounts.service import audit
from app.carrier.error_codes import HouseCode, explain
from app.core import phone_numbers
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.delivery import stops
from app.delivery.email.content import contents_of
from app.delivery.email.gate import EmailGate, Expected
from app.delivery.errors import MayNotRetry, NobodyToAsk, NotDoubtful, NotFailed, OwnerEnded
from app.delivery.events import DeliveriesQueued, DeliverySettled
from app.delivery.gates import Gate, Traveller, Verdict
from app.delivery.models import EMAIL, FAX, VOICE, Delivery, DeliveryState
from app.delivery.news import news_of
from app.delivery.senders import senders
from app.delivery.service.outbox import Recipient


class Doubt(StrEnum):
    """What a person says about a text of which the carrier could not say whether it has it."""

    SENT = "sent"
    """It arrived: the family said so."""
    SEND_AGAIN = "send_again"
    """Better twice than never."""
    NOT_SENT = "not_sent"
    """Let it be."""
    ASK_AGAIN = "ask_again"
    """Look it up at the carrier once more."""


def retry(delivery_id: int, recipient: Recipient | None = None) -> Delivery:
    """Have a failed or blocked delivery tried again, by a new row, to the same address or to `recipient`.

    Raises NotFailed (it did not fail, or was tried again before), MayNotRetry (the same address would fail again), or OwnerEnded.
    """
    with transaction() as events:
        old = locked(delivery_id)
        if old.state not in {DeliveryState.FAILED, DeliveryState.BLOCKED} or _was_retried(old.id):
            raise NotFailed
        _refuse_what_ended(old)
        same = recipient is None or recipient.address == old.address
        if same and old.state == DeliveryState.FAILED and not explain(old.error_code).may_retry:
            raise MayNotRetry
        address = recipient.address if recipient else old.address
        number_id = (recipient.phone_number_id if recipient else old.phone_number_id) or 0
        point_id = recipient.contact_point_id if recipient else old.contact_point_id
        moment = now()
        verdict = _judged(old, address, number_id, point_id, moment)
        fresh = Delivery(
            district_id=old.district_id, owner_kind=old.owner_kind, owner_id=old.owner_id, contact_point_id=point_id,
            phone_number_id=number_id or None, content_id=old.content_id, channel=old.channel, address=address, priority=old.priority,
            segments=old.segments, state=DeliveryState.BLOCKED if verdict.blocked else DeliveryState.PENDING,
            error_code=verdict.blocked, due_at=verdict.held_until or moment, held_until=verdict.held_until,
            is_emergency=old.is_emergency, is_reply=old.is_reply, ignores_consent=old.ignores_consent, retry_of_id=old.id,
            finished_at=moment if verdict.blocked else None,
        )  # fmt: skip
        old.settled_at = moment
        db.session.add(fresh)
        db.session.flush()
        _write_down("delivery.retried", old)
        events.append(news_of(fresh, None, is_retry=True))
        if not verdict.blocked:
            events.append(DeliveriesQueued(fresh.due_at))
    return fresh


def _judged(old: Delivery, address: str, number_id: int, point_id: int | None, at: datetime) -> Verdict:
    """What the gate of its channel says of another try."""
    if old.channel == EMAIL:
        reader = Expected(old.district_id, address, point_id, old.content_id, old.is_emergency, old.is_reply)
        return EmailGate([reader], contents_of({old.content_id: old.district_id}), at).judge(reader)
    traveller = Traveller(address, number_id, point_id, old.is_emergency, old.is_reply, old.ignores_consent)
    return Gate([traveller], senders({number_id}), at, calls=old.channel == VOICE).judge(traveller)


def settle(delivery_id: int) -> None:
    """Take a failure off the list of what needs attention: somebody dealt with it. Raises NotFailed."""
    with transaction() as events:
        delivery = locked(delivery_id)
        if delivery.state != DeliveryState.FAILED:
            raise NotFailed
        if delivery.settled_at is None:
            delivery.settled_at = now()
            _write_down("delivery.settled", delivery)
            events.append(DeliverySettled(delivery.owner_kind, delivery.owner_id, delivery.id))


def resolve_doubt(delivery_id: int, decision: Doubt) -> Delivery:
    """Do what a person decided about a doubtful delivery. Raises NotDoubtful when there is no doubt (any more), NobodyToAsk, OwnerEnded."""
    with transaction() as events:
        delivery = locked(delivery_id)
        if delivery.doubtful_since is None or delivery.state != DeliveryState.PROCESSING:
            raise NotDoubtful
        if decision is Doubt.ASK_AGAIN and delivery.channel == EMAIL:
            raise NobodyToAsk
        if decision is Doubt.SEND_AGAIN:
            _refuse_what_ended(delivery)
        moment = now()
        delivery.doubtful_since, delivery.claimed_by, delivery.claimed_until = None, None, None
        if decision is Doubt.SENT:
            is_known_to_the_end = delivery.channel in {VOICE, FAX}
            delivery.state = DeliveryState.DELIVERED if is_known_to_the_end else DeliveryState.SENT
            delivery.finished_at = moment if is_known_to_the_end else None
        elif decision is Doubt.SEND_AGAIN:
            delivery.state, delivery.due_at = DeliveryState.PENDING, moment
            events.append(DeliveriesQueued(moment))
        elif decision is Doubt.NOT_SENT:
            delivery.state, delivery.error_code = DeliveryState.FAILED, HouseCode.GIVEN_UP
            delivery.finished_at = delivery.settled_at = moment
        else:
            delivery.claimed_until = moment  # the reconciler takes up what no dispatcher holds
        _write_down("delivery.decided", delivery, decision=decision)
        events.append(news_of(delivery, DeliveryState.PROCESSING))
    return delivery


def _refuse_what_ended(delivery: Delivery) -> None:
    """It would enter the outbox only to be taken back."""
    if stops.is_ended(delivery.owner_kind, delivery.owner_id):
        raise OwnerEnded


def _write_down(action: str, delivery: Delivery, **details: str) -> None:
    audit(action, delivery, {"to": phone_numbers.mask(delivery.address), **details})


def locked(delivery_id: int) -> Delivery:
    """The row as it is now, nobody else changing it. Raises NotVisible."""
    delivery = db.session.scalar(
        select(Delivery).where(Delivery.id == delivery_id).with_for_update().execution_options(populate_existing=True)
    )
    if delivery is None:
        raise NotVisible
    return delivery


def _was_retried(delivery_id: int) -> bool:
    return db.session.scalar(select(Delivery.id).where(Delivery.retry_of_id == delivery_id)) is not None

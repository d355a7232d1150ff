"""What follows from the end of a call: the message arrived, the same phone or the next one rings later, or it is over.

All of it is part of the running transaction, which holds the delivery's row.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import aliased

from app.carrier.call_codes import CallCode
from app.carrier.calls import CallStatus, is_fax, is_machine
from app.carrier.error_codes import FAILURES
from app.core.database import db
from app.core.events import Event
from app.delivery import results
from app.delivery.effects import apply_arrivals, apply_failure
from app.delivery.events import DeliveriesQueued
from app.delivery.models import VOICE, Delivery, DeliveryState, Reached
from app.delivery.results import FREE, Change, deliveries
from app.delivery.senders import senders
from app.delivery.voice.models import CallOutcome, PlacedCall
from app.delivery.voice.order import Phone, Rang, next_call, rank
from app.delivery.voice.together import says_the_same
from app.directory import queries as directory
from app.directory.models import AUTOMATED_CALLS, ContactHealth, ContactKind, ContactPoint

MORE = (deliveries.c.channel, deliveries.c.content_id, deliveries.c.started_at, deliveries.c.priority)
"""What this channel reads of a delivery beside what all do."""
ARRIVED = {CallOutcome.PERSON: Reached.PERSON, CallOutcome.VOICEMAIL: Reached.VOICEMAIL}
CODES = {
    CallOutcome.BUSY: CallCode.BUSY,
    CallOutcome.NO_ANSWER: CallCode.NO_ANSWER,
    CallOutcome.HUNG_UP: CallCode.HUNG_UP,
    CallOutcome.CUT_OFF: CallCode.CUT_OFF,
}
UNANSWERED = {
    CallStatus.BUSY: CallOutcome.BUSY,
    CallStatus.NO_ANSWER: CallOutcome.NO_ANSWER,
    CallStatus.FAILED: CallOutcome.FAILED,
    CallStatus.CANCELLED: CallOutcome.CANCELLED,
}


def outcome_of(status: CallStatus, answered_by: str | None, *, was_played: bool) -> CallOutcome:
    """How a call ended that is over. One that was answered, but closed before we were asked for a script, counts as not answered."""
    if status in UNANSWERED:
        return UNANSWERED[status]
    if is_fax(answered_by):
        return CallOutcome.FAILED
    if is_machine(answered_by):
        return CallOutcome.VOICEMAIL if was_played else CallOutcome.CUT_OFF
    if answered_by is None:
        return CallOutcome.NO_ANSWER
    return CallOutcome.PERSON if was_played else CallOutcome.HUNG_UP


def code_of(outcome: CallOutcome, answered_by: str | None, error_code: str | None) -> str | None:
    """Why it did not arrive; None where it did. A code of the telephone network without words of its own is "not connected"."""
    if outcome is CallOutcome.FAILED:
        if is_fax(answered_by):
            return CallCode.FAX
        if not error_code or (error_code.startswith("sip_") and error_code not in FAILURES):
            return CallCode.FAILED
        return error_code
    return CODES.get(outcome)


def finish(row: Row[Any], outcome: CallOutcome, code: str | None, at: datetime, events: list[Event]) -> None:
    """The call of the newest attempt is over: write that down, and what becomes of the delivery."""
    ended = {"outcome": outcome, "error_code": code, "ended_at": at}
    db.session.execute(
        update(PlacedCall)
        .where(PlacedCall.delivery_id == row.id, PlacedCall.attempt == row.attempts)
        .values(ended)
        .execution_options(synchronize_session=False)
    )
    results.write([Change(row, FREE | {"doubtful_since": None} | _what_follows(row, outcome, code, at, events))], events)


def _what_follows(row: Row[Any], outcome: CallOutcome, code: str | None, at: datetime, events: list[Event]) -> dict[str, Any]:
    if outcome in ARRIVED:
        apply_arrivals({(row.district_id, row.address)})
        return {"state": DeliveryState.DELIVERED, "reached": ARRIVED[outcome], "error_code": None, "finished_at": at}
    if outcome is CallOutcome.CANCELLED:
        return {"state": DeliveryState.CANCELLED, "error_code": CallCode.ENDED, "finished_at": at}
    if outcome is CallOutcome.FAILED and code is not None:
        apply_failure(row.district_id, row.address, row.phone_number_id, code)
    following = next_call(_rang(row.id), _phones(row))
    if following is None:
        return {"state": DeliveryState.FAILED, "error_code": code, "finished_at": at}
    due_at = at + following.pause
    events.append(DeliveriesQueued(due_at))
    return {
        "state": DeliveryState.PENDING, "error_code": code, "due_at": due_at, "retries": 0, "address": following.phone.address,
        "contact_point_id": following.phone.contact_point_id,
    }  # fmt: skip


def _rang(delivery_id: int) -> list[Rang]:
    """The calls of a delivery that are over, oldest first."""
    rows = db.session.execute(
        select(PlacedCall.address, PlacedCall.outcome)
        .where(PlacedCall.delivery_id == delivery_id, PlacedCall.outcome.is_not(None))
        .order_by(PlacedCall.attempt)
    )
    return [Rang(row.address, row.outcome) for row in rows]


def _phones(row: Row[Any]) -> list[Phone]:
    """The numbers that may be called for this delivery, in their order: the guardian's, or only the one where no guardian is known."""
    current = Phone(row.contact_point_id, row.address)
    guardian_id = db.session.scalar(select(ContactPoint.guardian_id).where(ContactPoint.id == row.contact_point_id))
    if guardian_id is None:
        return [current]
    points = db.session.execute(
        select(ContactPoint.id, ContactPoint.address, ContactPoint.kind, ContactPoint.label, ContactPoint.priority).where(
            ContactPoint.guardian_id == guardian_id,
            ContactPoint.is_active.is_(True),
            ContactPoint.kind != ContactKind.EMAIL,
            ContactPoint.health.not_in([ContactHealth.DEAD, ContactHealth.WRONG]),
            ~_is_taken(row),
        )
    ).all()
    silent = _silent(row, {point.address for point in points})
    ordered = sorted(points, key=lambda point: rank(point.kind, point.label, point.priority, point.id))
    return [Phone(point.id, point.address) for point in ordered if point.address not in silent]


def _is_taken(row: Row[Any]) -> Any:
    """Whether the same reached that number, or is on its way to it, for somebody else of the family: it rings once."""
    other = aliased(Delivery)
    return exists().where(
        other.district_id == row.district_id,
        other.address == ContactPoint.address,
        other.id != row.id,
        says_the_same(other, row),
        other.channel == VOICE,
        other.state.not_in([DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.CANCELLED]),
    )


def _silent(row: Row[Any], addresses: Collection[str]) -> set[str]:
    """Those of `addresses` that want no calls, or nothing from this sender."""
    sender = senders({row.phone_number_id}).get(row.phone_number_id)
    scopes = [AUTOMATED_CALLS, *([sender.consent_scope] if sender is not None else [])]
    return {address for scope in scopes for address in directory.opted_out(row.district_id, addresses, scope)}

"""Which facts are webhooks of this face: rows of the same commit. One small look where nobody subscribed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from app.api import programs
from app.api.identifiers import id24
from app.api.ringplan.company import Company
from app.api.ringplan.models.hooks import HookKind
from app.api.ringplan.queries import messages
from app.api.ringplan.queries.hooks import Wish, wishes
from app.api.ringplan.shapes.texting import message
from app.api.ringplan.writing import iso
from app.calls.events import CallChanged
from app.calls.models import Call, CallKind, CallState, ConferenceParticipant, DirectCall, PartRole
from app.conversations.events import MessageAdded
from app.conversations.models import MessageKind
from app.core.database import db
from app.core.local_clock import zone_of
from app.directory.models import District, PhoneNumber
from app.pbx.models import PbxExtension
from app.pbx.queries import rings_for
from app.webhooks import service as webhooks
from app.webhooks.models import WebhookEvent

CALL_KINDS = (HookKind.DIAL_STARTED, HookKind.DIAL_COMPLETED, HookKind.HANGUP)
NOT_DIALLED = {CallState.PENDING}
STILL_DIALLING = {CallState.PENDING, CallState.RINGING}
_EVENTS = UUID("5b0c7a5e-1f0e-5d0a-9a43-7b1f6f0c2e11")
"""Each news of a call is one event of each endpoint, however often the call changes after it."""


@programs.within_all(MessageAdded)
def tell_of_inbound(facts: Sequence[MessageAdded]) -> None:
    """A family wrote."""
    inbound = [fact for fact in facts if fact.kind == MessageKind.INBOUND]
    for district_id in {fact.district_id for fact in inbound}:
        listening = wishes(district_id, [HookKind.MESSAGE_INBOUND])
        if listening:
            _tell_texts(district_id, listening, [fact.message_id for fact in inbound if fact.district_id == district_id])


@programs.within_all(CallChanged)
def tell_of_calls(facts: Sequence[CallChanged]) -> None:
    """A call was dialled, taken or not, and hung up."""
    for district_id in {fact.district_id for fact in facts}:
        listening = wishes(district_id, CALL_KINDS)
        if listening:
            _tell_calls(district_id, listening, {fact.call_id for fact in facts if fact.district_id == district_id})


def _tell_texts(district_id: int, listening: Sequence[Wish], numbers: Sequence[int]) -> None:
    db.session.flush()
    company = _company(district_id)
    said = messages.these(numbers)
    outgoing = [
        (wish, f"message:{said[number].row.uuid}", said[number].row, message(said[number], company))
        for number in numbers
        for wish in listening
        if number in said
    ]
    webhooks.enqueue(
        [
            webhooks.Outgoing(
                wish.endpoint_id, wish.kind, subject,
                {
                    "id": str(uuid), "type": wish.kind, "company_id": company.id, "occurred_at": iso(row.created_at),
                    "message": {**body, "is_read": False},
                },
                uuid,
            )
            for wish, subject, row, body in outgoing
            for uuid in [uuid5(_EVENTS, f"{wish.endpoint_id} {row.uuid}")]
        ]
    )  # fmt: skip


def _tell_calls(district_id: int, listening: Sequence[Wish], numbers: set[int]) -> None:
    db.session.flush()
    company, outgoing = _company(district_id), []
    for call in db.session.scalars(select(Call).where(Call.id.in_(numbers)).order_by(Call.id)):
        for kind, at, seconds in _news(call):
            for wish in listening:
                if wish.kind == kind:
                    uuid = uuid5(_EVENTS, f"{wish.endpoint_id} {kind} {call.uuid}")
                    body = {"id": str(uuid), "type": kind, "company_id": company.id, "occurred_at": iso(at), "duration": seconds}
                    outgoing.append(webhooks.Outgoing(wish.endpoint_id, kind, f"call:{call.uuid}", {**body, **_about(call)}, uuid))
    told = set(db.session.scalars(select(WebhookEvent.uuid).where(WebhookEvent.uuid.in_([each.uuid for each in outgoing]))))
    webhooks.enqueue([each for each in outgoing if each.uuid not in told])


def _news(call: Call) -> Iterator[tuple[HookKind, datetime, float | None]]:
    """All that can be said of a call by now; what was said before is not said again."""
    state = CallState(call.status)
    was_dialled = state not in NOT_DIALLED and not (state == CallState.CANCELED and call.answered_at is None)
    if was_dialled:
        yield HookKind.DIAL_STARTED, call.created_at, None
    if was_dialled and state not in STILL_DIALLING:
        yield HookKind.DIAL_COMPLETED, call.answered_at or call.ended_at or call.created_at, None
    if call.is_over and call.answered_at is not None and call.ended_at is not None:
        yield HookKind.HANGUP, call.ended_at, max(0.0, (call.ended_at - call.answered_at).total_seconds())


def _about(call: Call) -> dict[str, Any]:
    ours = db.session.get_one(PhoneNumber, call.phone_number_id).address
    came = call.kind == CallKind.RETURN
    theirs = _theirs(call)
    extension = select(PbxExtension.number).where(rings_for(call.staff_id)) if call.staff_id else None
    return {
        "call_id": id24(call.uuid),
        "direction": "inbound" if came else "outbound",
        "from": theirs if came else ours,
        "to": ours if came else theirs,
        "extension": db.session.scalar(extension) if extension is not None else None,
    }


def _theirs(call: Call) -> str:
    """The family's phone; of a conference all that were called but the moderator's."""
    if call.kind != CallKind.CONFERENCE:
        line = db.session.get(DirectCall, call.id)
        return line.address if line is not None else ""
    people = select(ConferenceParticipant.address).where(
        ConferenceParticipant.call_id == call.id, ConferenceParticipant.role != PartRole.MODERATOR
    )
    return ",".join(db.session.scalars(people.order_by(ConferenceParticipant.id)))


def _company(district_id: int) -> Company:
    district = db.session.get_one(District, district_id)
    return Company(id24(district.uuid), district.name, zone_of(district.time_zone))

"""The carrier's news become states of legs and calls. They come late, twice and in any order, and move things only forward."""

from typing import Any, NamedTuple

from sqlalchemy import select

from app.calls.models import OVER, Call, CallState, ConferenceParticipant, LegState, PartRole, Step, WishKind
from app.calls.references import leg_in, uuid_in
from app.calls.service import recording, speaking, steps
from app.calls.service.leaving_out import heed
from app.calls.service.wanted import was_removed
from app.carrier.calls import HUMAN, CallStatus, is_fax, is_machine
from app.carrier.conferences import ConferenceEvent
from app.carrier.events import CallMoved, ConferenceMoved, MachineDetected
from app.core import rows
from app.core.clock import now
from app.core.database import db
from app.core.events import within

MOVES = {
    CallStatus.RINGING: LegState.RINGING,
    CallStatus.ANSWERED: LegState.ANSWERED,
    CallStatus.COMPLETED: LegState.LEFT,
    CallStatus.BUSY: LegState.BUSY,
    CallStatus.NO_ANSWER: LegState.NO_ANSWER,
    CallStatus.FAILED: LegState.FAILED,
    CallStatus.CANCELLED: LegState.REMOVED,
}


class Named(NamedTuple):
    """A leg with its call, which is held."""

    call: Call
    leg: ConferenceParticipant


def named(reference: str | None, provider_call_id: str | None) -> Named | None:
    """The leg whose present attempt the carrier speaks of; None for any other call. Belongs into a transaction."""
    found = leg_in(reference)
    if found is None:
        return None
    number, attempt = found
    one = steps.held_of_leg(number)
    if one is None:
        return None
    call, leg = one
    if leg.attempt != attempt or (provider_call_id is not None and not steps.adopt(leg, provider_call_id)):
        return None  # of an earlier attempt, which is over
    return Named(call, leg)


@within(CallMoved)
def follow_call(fact: CallMoved) -> None:
    """How far a phone is."""
    found = named(fact.reference, fact.provider_id)
    if found is not None:
        leg_news(found, CallStatus(fact.status), fact.answered_by, fact.error_code)


def leg_news(found: Named, status: CallStatus, answered_by: str | None, error_code: str | None = None) -> None:
    """The same, whoever brings it."""
    call, leg = found
    to = MOVES.get(status)
    if answered_by and leg.answered_by is None:
        leg.answered_by = answered_by
    if to in OVER and was_removed(leg):
        to = LegState.REMOVED
    elif to is LegState.LEFT and leg.joined_at is None:
        to = _never_in(leg)
    if to is not None:
        steps.move(call, leg, to, error_code=error_code)
        recording.follow_line(call, leg)


def _never_in(leg: ConferenceParticipant) -> LegState:
    """Something answered, and hung up before it was in the call."""
    if _is_nobody(leg.answered_by):
        return LegState.VOICEMAIL
    has_no_key = leg.role == PartRole.MODERATOR and leg.answered_by != HUMAN
    return LegState.NO_KEY if has_no_key else LegState.LEFT


@within(MachineDetected)
def follow_detection(fact: MachineDetected) -> None:
    """What answered: a machine hears that the line is closed, and never comes in."""
    found = named(fact.reference, fact.call_id)
    if found is None or found.leg.answered_by is not None or found.leg.state == LegState.JOINED:
        return
    found.leg.answered_by = fact.answered_by
    if _is_nobody(fact.answered_by) and steps.move(found.call, found.leg, LegState.VOICEMAIL):
        steps.wish(found.call, WishKind.REMOVE, found.leg)


@within(ConferenceMoved)
def follow_conference(fact: ConferenceMoved) -> None:
    """Who is in, who is muted or held, and when it is over."""
    if fact.what == ConferenceEvent.ENDED:
        _end(fact)
        return
    if fact.what in {ConferenceEvent.ANNOUNCED, ConferenceEvent.NOT_ANNOUNCED}:
        if (call := _call_of(fact)) is not None:
            speaking.was_said(call, fact.announce_url, is_said=fact.what == ConferenceEvent.ANNOUNCED)
        return
    found = named(fact.label or None, fact.call_id)
    if found is None:
        return
    call, leg = found
    if fact.what == ConferenceEvent.JOINED:
        settings = steps.settings_of(call)
        settings.provider_id = settings.provider_id or fact.provider_id
        steps.move(call, leg, LegState.JOINED)
    elif fact.what == ConferenceEvent.LEFT:
        steps.move(call, leg, LegState.REMOVED if was_removed(leg) else LegState.LEFT)
    if fact.sequence > leg.sequence and not leg.is_over:
        set_sound(found, is_muted=fact.is_muted, is_held=fact.is_held, sequence=fact.sequence)
    recording.follow_line(call, leg)
    heed(call)


def set_sound(found: Named, *, is_muted: bool | None, is_held: bool | None, sequence: int | None = None) -> None:
    """What the carrier says is so; None where it does not say. It comes often, and is waited for: a few small statements."""
    call, leg = found
    told: dict[str, Any] = {"is_muted": is_muted, "is_held": is_held}
    fresh = {name: so for name, so in told.items() if so is not None and so != getattr(leg, name)}
    with_it: dict[str, Any] = {} if sequence is None else {"sequence": sequence}
    if "is_held" in fresh:
        with_it |= {"held_at": now()} if is_held else {"held_at": None, "is_set_aside": False}
    if fresh or with_it:
        rows.change(leg, **fresh, **with_it)
    if "is_muted" in fresh:
        steps.tell_as_wished(call, Step.MUTED if leg.is_muted else Step.UNMUTED, leg, WishKind.MUTE, on=leg.is_muted)
    if "is_held" in fresh:
        steps.tell_as_wished(call, Step.HELD if leg.is_held else Step.RESUMED, leg, WishKind.HOLD, on=leg.is_held)
    if fresh:
        steps.changed(call, leg, at_once=True)


def _end(fact: ConferenceMoved) -> None:
    call = _call_of(fact)
    if call is not None and call.status == CallState.IN_PROGRESS:
        steps.finish(call, CallState.FINISHED)


def _call_of(fact: ConferenceMoved) -> Call | None:
    """The call whose conference the carrier speaks of, which is held; None for a room of somebody else."""
    uuid = uuid_in(fact.conference_name)
    call_id = db.session.scalar(select(Call.id).where(Call.uuid == uuid)) if uuid else None
    if call_id is None:
        return None
    call = steps.held(call_id)
    return call if steps.settings_of(call).provider_id in {None, fact.provider_id} else None


def _is_nobody(answered_by: str | None) -> bool:
    return is_machine(answered_by) or is_fax(answered_by)

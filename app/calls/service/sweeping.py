"""Asks the carrier about calls of which nothing was heard for a while, so that nothing hangs "in progress" for ever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import structlog
from flask import Flask
from sqlalchemy import select, text

from app.calls.models import Call, CallKind, CallState, LegState, WishKind
from app.calls.models.calls import GOES_ON
from app.calls.references import room_of
from app.calls.service import recording, steps
from app.calls.service.leaving_out import heed
from app.calls.service.progress import Named, leg_news, set_sound
from app.carrier.calls import CallStatus, CarrierCall
from app.carrier.conferences import CarrierConference, CarrierParticipant
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.carrier.recordings import RecordingStatus
from app.carrier.voice_choice import calls_of, conferences_of, recordings_of
from app.core.clock import now
from app.core.database import db, release_connection, transaction

log = structlog.get_logger()

AT_ONCE = 5
OVERTIME = timedelta(minutes=1)
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Seen:
    """What the carrier says of one call."""

    conference: CarrierConference | None = None
    inside: dict[str, CarrierParticipant] = field(default_factory=dict)
    """Who is in it, by the carrier's id of their call: nothing else is asked about them."""
    legs: dict[int, CarrierCall | None] = field(default_factory=dict)
    """All others, by our number; None for one that the carrier does not know."""
    recording: RecordingStatus | None = None


def look_round(app: Flask) -> int:
    """Look at what is silent; returns how many calls that were."""
    silent = db.session.scalars(
        select(Call).where(text(GOES_ON), Call.look_at <= now(), Call.kind == CallKind.CONFERENCE).order_by(Call.look_at).limit(AT_ONCE)
    ).all()
    for call in silent:
        _postpone(call.id)
        legs = [(leg.id, leg.provider_call_id) for leg in steps.legs_of(call) if not leg.is_over and leg.provider_call_id]
        settings = steps.settings_of(call)
        known, kept = settings.provider_id, settings.recording_id
        release_connection()
        try:
            seen = _ask(app, room_of(call), known, kept, legs)
        except CarrierFailed as error:
            log.warning("calls.not_looked_up", call_id=call.id, problem=type(error).__name__)
            continue
        settle(call.id, seen)
    return len(silent)


def settle(call_id: int, seen: Seen) -> None:
    """Bring a call to where the carrier says it is."""
    with transaction():
        call = steps.held(call_id)
        if call.is_over:
            return
        if seen.conference is not None and not seen.conference.is_over:
            settings = steps.settings_of(call)
            settings.provider_id = settings.provider_id or seen.conference.provider_id
        for leg in steps.legs_of(call):
            if not leg.is_over:
                _settle_leg(Named(call, leg), seen)
        if seen.conference is not None and seen.conference.is_over and call.status == CallState.IN_PROGRESS:
            steps.finish(call, CallState.FINISHED)
        if seen.recording is not None:
            recording.settle(call, seen.recording)
        heed(call)
        longest = timedelta(minutes=steps.settings_of(call).maximum_minutes) + OVERTIME
        if call.status == CallState.IN_PROGRESS and call.answered_at is not None and now() > call.answered_at + longest:
            steps.wish(call, WishKind.END)


def _settle_leg(found: Named, seen: Seen) -> None:
    leg = found.leg
    if (inside := seen.inside.get(leg.provider_call_id or "")) is not None:
        steps.move(found.call, leg, LegState.JOINED)
        set_sound(found, is_muted=inside.is_muted, is_held=inside.is_held)
    elif leg.id in seen.legs:
        there = seen.legs[leg.id]
        if there is None:
            steps.move(found.call, leg, LegState.FAILED)
        elif there.status is not CallStatus.QUEUED:
            leg_news(found, there.status, there.answered_by)


def _ask(app: Flask, room: str, known: str | None, kept: str | None, legs: Sequence[tuple[int, str | None]]) -> Seen:
    """Questions to the carrier, without a transaction."""
    conferences, calls, seen = conferences_of(app), calls_of(app), Seen()
    if known is None:
        seen.conference = next(iter(conferences.find(room)), None)
    else:
        seen.conference = if_known(lambda: conferences.look_up(known)) or CarrierConference(
            known, room, is_over=True, is_running=False, created_at=now()
        )
    if seen.conference is not None and seen.conference.is_running:
        running = seen.conference.provider_id
        people = if_known(lambda: conferences.participants(running)) or ()
        seen.inside = {one.call_id: one for one in people if one.status == "connected"}
    for number, provider_id in legs:
        if provider_id is not None and provider_id not in seen.inside:
            seen.legs[number] = if_known(lambda provider_id=provider_id: calls.look_up(provider_id))  # type: ignore[misc]  # asked at once
    if kept is not None:
        tape = if_known(lambda: recordings_of(app).look_up(kept))
        seen.recording = tape.status if tape is not None else RecordingStatus.ABSENT
    return seen


def if_known(ask: Callable[[], Answer]) -> Answer | None:
    """What the carrier says; None where it knows no such thing. Raises CarrierFailed where it says nothing at all."""
    try:
        return ask()
    except CarrierRefused as refusal:
        if refusal.is_gone:
            return None
        raise


def _postpone(call_id: int) -> None:
    with transaction():
        call = steps.held(call_id)
        call.look_at = now() + steps.SILENCE

"""Asks the carrier about calls of which nothing was heard for a while, so that nothing hangs "in progress" for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import select, text

from app.calls.models import Call, CallKind, CallState, LegState, WishKind
from app.calls.models.calls import GOES_ON
from app.calls.service import recording, steps
from app.calls.service.leaving_out import heed
from app.calls.service.progress import Named, leg_news, set_sound
from app.calls.service.references import room_of
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


@dataclass(slots=True)
class Seen:
    """What the carrier says of one call."""

    conference: CarrierConference | None = None
    people: Sequence[CarrierParticipant] = ()
    legs: dict[int, CarrierCall | None] = field(default_factory=dict)
    """By our number; None for one that the carrier does not know."""
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
        inside = {one.call_id: one for one in seen.people if one.status == "connected"}
        for leg in steps.legs_of(call):
            if leg.id in seen.legs and not leg.is_over:
                _settle_leg(Named(call, leg), seen.legs[leg.id], inside.get(leg.provider_call_id or ""))
        if seen.conference is not None and seen.conference.is_over and call.status == CallState.IN_PROGRESS:
            steps.finish(call, CallState.FINISHED)
        if seen.recording is not None:
            recording.settle(call, seen.recording)
        heed(call)
        longest = timedelta(minutes=steps.settings_of(call).maximum_minutes) + OVERTIME
        if call.status == CallState.IN_PROGRESS and call.answered_at is not None and now() > call.answered_at + longest:
            steps.wish(call, WishKind.END)


def _settle_leg(found: Named, there: CarrierCall | None, inside: CarrierParticipant | None) -> None:
    if there is None:
        steps.move(found.call, found.leg, LegState.FAILED)
        return
    if inside is not None:
        steps.move(found.call, found.leg, LegState.JOINED)
        set_sound(found, is_muted=inside.is_muted, is_held=inside.is_held)
    if there.status is not CallStatus.QUEUED and not found.leg.is_over:
        leg_news(found, there.status, there.answered_by)


def _ask(app: Flask, room: str, known: str | None, kept: str | None, legs: Sequence[tuple[int, str | None]]) -> Seen:
    """Questions to the carrier, without a transaction."""
    conferences, calls, seen = conferences_of(app), calls_of(app), Seen()
    if known is None:
        seen.conference = next(iter(conferences.find(room)), None)
    else:
        seen.conference = conferences.look_up(known)
    if seen.conference is not None and seen.conference.is_running:
        seen.people = conferences.participants(seen.conference.provider_id)
    for number, provider_id in legs:
        try:
            seen.legs[number] = calls.look_up(provider_id or "")
        except CarrierRefused:
            seen.legs[number] = None
    if kept is not None:
        try:
            seen.recording = recordings_of(app).look_up(kept).status
        except CarrierRefused:
            seen.recording = RecordingStatus.ABSENT
    return seen


def _postpone(call_id: int) -> None:
    with transaction():
        call = steps.held(call_id)
        call.look_at = now() + steps.SILENCE

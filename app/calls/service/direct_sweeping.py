"""Asks the carrier about direct calls of which nothing was heard for a while: nothing hangs "in progress" for ever."""

from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy import select, text

from app.calls.models import Call, CallKind, CallState, DirectCall, Way
from app.calls.models.calls import GOES_ON
from app.calls.references import FAR, OWN
from app.calls.service import direct_steps, steps
from app.calls.service.direct_progress import leg_news
from app.calls.service.sweeping import if_known
from app.carrier.calls import CallStatus, CarrierCall, VoiceCarrier
from app.carrier.gateway import CarrierFailed
from app.carrier.voice_choice import calls_of
from app.core.clock import now
from app.core.database import db, release_connection, transaction

log = structlog.get_logger()

AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class _Silent:
    call_id: int
    is_inbound: bool
    own_id: str | None
    far_id: str | None


@dataclass(slots=True)
class _Seen:
    """What the carrier says; None where it knows no such call."""

    own: CarrierCall | None = None
    far: CarrierCall | None = None


def look_round(app: Flask) -> int:
    """Look at what is silent; returns how many calls that were."""
    rows = db.session.execute(
        select(Call.id, DirectCall.is_inbound, DirectCall.own_call_id, DirectCall.far_call_id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(text(f"calls.{GOES_ON}"), Call.look_at <= now(), Call.kind != CallKind.CONFERENCE)
        .order_by(Call.look_at)
        .limit(AT_ONCE)
    ).all()
    for row in rows:
        one = _Silent(*row)
        _postpone(one.call_id)
        release_connection()
        try:
            seen = _ask(calls_of(app), one)
        except CarrierFailed as error:
            log.warning("calls.not_looked_up", call_id=one.call_id, problem=type(error).__name__)
            continue
        settle(one.call_id, seen)
    return len(rows)


def look_at(app: Flask, call_id: int) -> bool:
    """Look at one that may have ended unheard; returns whether it had. Never in a transaction. Raises CarrierFailed."""
    line = db.session.get_one(DirectCall, call_id)
    one = _Silent(call_id, line.is_inbound, line.own_call_id, line.far_call_id)
    release_connection()
    settle(call_id, _ask(calls_of(app), one))
    return db.session.get_one(Call, call_id, populate_existing=True).is_over


def settle(call_id: int, seen: _Seen) -> None:
    """Bring a call to where the carrier says it is."""
    with transaction():
        one = direct_steps.held(call_id)
        if one is None or one.call.is_over:
            return
        if seen.far is not None and not one.line.is_inbound:
            direct_steps.adopt(one, FAR, seen.far.provider_id)
        for leg, there in ((FAR, seen.far), (OWN, seen.own)):
            if there is not None and there.status is not CallStatus.QUEUED:
                leg_news(one, leg, there.status)
        if (seen.far if one.line.is_inbound else seen.own) is None:  # never begun, or the carrier has forgotten it
            unbegun = CallState.CANCELED if one.line.way == Way.BROWSER else CallState.FAILED
            to = direct_steps.end_of_inbound(one) if one.line.is_inbound else unbegun
            direct_steps.finish(one, CallState.FINISHED if one.call.status == CallState.IN_PROGRESS else to)


def _ask(calls: VoiceCarrier, one: _Silent) -> _Seen:
    """Questions to the carrier, without a transaction."""
    seen = _Seen(own=_look_up(calls, one.own_id), far=_look_up(calls, one.far_id))
    if seen.far is None and one.own_id is not None and not one.is_inbound:
        seen.far = next(iter(calls.parts_of(one.own_id)), None)
    return seen


def _look_up(calls: VoiceCarrier, provider_id: str | None) -> CarrierCall | None:
    return None if provider_id is None else if_known(lambda: calls.look_up(provider_id))


def _postpone(call_id: int) -> None:
    with transaction():
        steps.held(call_id).look_at = now() + steps.SILENCE

"""Carries out what people want of calls: one loop of each worker process, with no transaction open while the carrier is asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import cast

from flask import Flask, current_app

from app.calls import direct_carrying
from app.calls.asking import asked
from app.calls.events import WishesWaiting
from app.calls.models import WishKind
from app.calls.service import direct_sweeping
from app.calls.service.errands import Done, Errand, Found, Outcome, next_due, take_up, write_down
from app.calls.service.sweeping import look_round
from app.carrier.calls import OutboundCall, VoiceCarrier
from app.carrier.conferences import ConferenceCarrier
from app.carrier.voice_choice import WEBHOOKS, calls_of, conferences_of, public_address_of
from app.core.clock import now
from app.core.database import release_connection
from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion

ROOM_PAGES = f"{WEBHOOKS}/room"
THREADS = 8
SKEW = timedelta(seconds=2)
"""By which the carrier's clock may differ."""


def turn() -> float:
    """Ask for what is due, look at what is silent, and say in how many seconds to come again."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    carry_out(app)
    direct_carrying.carry_out(app)
    look_round(app)
    direct_sweeping.look_round(app)
    due = next_due()
    return LONGEST_SLEEP if due is None else max(0.05, (due - now()).total_seconds())


def carry_out(app: Flask) -> int:
    """Ask the carrier for all that is due; returns how much that was."""
    errands = take_up()
    release_connection()
    if not errands:
        return 0
    calls, conferences, script = calls_of(app), conferences_of(app), public_address_of(app, ROOM_PAGES)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="calls-carrying") as askers:
        outcomes = list(askers.map(lambda errand: asked(errand, lambda: _do(errand, calls, conferences, script)), errands))
    for errand, outcome in zip(errands, outcomes, strict=True):
        write_down(errand, outcome)
    return len(errands)


def _do(errand: Errand, calls: VoiceCarrier, conferences: ConferenceCarrier, script: str) -> Outcome:
    if errand.kind is WishKind.PLACE:
        if errand.lost_since is not None:
            return Found(calls.find_calls(to=errand.to, sender=errand.sender, since=errand.lost_since - SKEW))
        return Done(
            calls.place(
                OutboundCall(
                    errand.to, errand.sender, f"{script}?ref={errand.reference}", errand.reference, detects_machines=False,
                    detects_beside=not errand.is_moderator, longest_seconds=errand.seconds,
                )
            )
        )  # fmt: skip
    conference, leg = errand.conference_id or "", errand.provider_call_id or ""
    if errand.kind is WishKind.END:
        conferences.end(conference)
    elif errand.kind is WishKind.MUTE:
        conferences.mute(conference, leg, on=errand.is_on)
    elif errand.kind is WishKind.HOLD:
        conferences.hold(conference, leg, on=errand.is_on)
    elif errand.is_in and conference:
        conferences.remove(conference, leg)
    else:
        calls.end(leg)
    return Done()


carrier_loop = Companion("calls-carrying", turn)


@job(queue="messages")
def wake_carrying() -> None:
    """Somebody wants something: have this worker look."""
    carrier_loop.wake_here(current_app)


bell = Bell(carrier_loop.wake_here, wake_carrying)


@on(WishesWaiting)
def wake(_fact: WishesWaiting) -> None:
    """Ask the carrier at once."""
    bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # as above

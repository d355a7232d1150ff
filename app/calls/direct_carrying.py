"""Carries out what people want of direct calls and of those that came in, with no transaction open while the carrier is asked."""

from datetime import timedelta

from flask import Flask

from app.calls.asking import asked
from app.calls.direct_pages import OWN, TAKEN
from app.calls.models import WishKind
from app.calls.service.direct_errands import DirectErrand, take_up, write_down
from app.calls.service.outcomes import Done, Found, Outcome
from app.carrier.calls import OutboundCall, VoiceCarrier
from app.carrier.voice_choice import calls_of, public_address_of
from app.core.database import release_connection

LONGEST_SECONDS = 4 * 3600
SKEW = timedelta(seconds=2)
"""By which the carrier's clock may differ."""


def carry_out(app: Flask) -> int:
    """Ask the carrier for all that is due; returns how much that was."""
    errands = take_up()
    release_connection()
    if not errands:
        return 0
    calls = calls_of(app)
    for errand in errands:
        outcome = asked(errand, lambda errand=errand: _do(app, errand, calls))  # type: ignore[misc]  # bound at once
        write_down(errand, outcome)
        release_connection()
    return len(errands)


def _do(app: Flask, errand: DirectErrand, calls: VoiceCarrier) -> Outcome:
    if errand.kind is WishKind.PLACE:
        if errand.lost_since is not None:
            return Found(calls.find_calls(to=errand.to, sender=errand.sender, since=errand.lost_since - SKEW))
        script = f"{public_address_of(app, OWN)}?ref={errand.reference}"
        order = OutboundCall(
            errand.to, errand.sender, script, errand.reference, detects_machines=False, longest_seconds=LONGEST_SECONDS
        )  # fmt: skip
        return Done(calls.place(order))
    if errand.kind is WishKind.TAKE:
        calls.redirect(errand.leg_id or "", f"{public_address_of(app, TAKEN)}?ref={errand.reference}")
    else:
        calls.end(errand.leg_id or "")
    return Done()

"""What a wish about a direct call, or about one that came in, becomes at the carrier. Without a transaction."""

from datetime import timedelta

from flask import Flask

from app.calls.asking import asked
from app.calls.direct_pages import OWN, TAKEN
from app.calls.models import WishKind
from app.calls.service.direct_errands import DirectErrand
from app.calls.service.outcomes import Done, Found, Outcome
from app.carrier.calls import OutboundCall, VoiceCarrier
from app.carrier.voice_choice import public_address_of

LONGEST_SECONDS = 4 * 3600
SKEW = timedelta(seconds=2)
"""By which the carrier's clock may differ."""


def ask(app: Flask, errand: DirectErrand, calls: VoiceCarrier) -> Outcome:
    """One question. Runs in a thread of its own."""
    return asked(errand, lambda: _do(app, errand, calls))


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

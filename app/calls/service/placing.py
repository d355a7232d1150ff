"""Having a phone of a conference ring: whether it still may, and what came of it. A lost answer is looked up, never repeated blindly."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.calls.models import Call, CallWish, ConferenceCall, ConferenceParticipant, DirectCall, LegState, PartRole, WishKind, WishState
from app.calls.service import gate, steps
from app.calls.service.outcomes import Done, Found, Later, Outcome, Refused
from app.carrier.call_codes import CallCode
from app.carrier.calls import CarrierCall
from app.carrier.error_codes import HouseCode
from app.carrier.service import references_of
from app.core.clock import now
from app.core.database import db
from app.delivery.voice.models import PlacedCall

GRACE = timedelta(seconds=60)
"""So long may a call that was asked for still turn up."""
GIVES_UP = timedelta(minutes=2)
"""By then nobody waits for it any more: no phone shall ring out of the blue."""
LOOKS_FOR = timedelta(minutes=10)
"""So long is a lost call looked for while the carrier does not say."""
LOOK_AGAIN = timedelta(seconds=4)
MOST_TRIES = 5
STAFF = frozenset({PartRole.MODERATOR, PartRole.COLLEAGUE})
"""Their phones are rung at work, and no consent of a family is about them."""


def why_not(call: Call, settings: ConferenceCall, leg: ConferenceParticipant, wish: CallWish) -> str | None:
    """The code of what forbids to have the phone ring now: much changes between the wish and this moment. None: it may."""
    if now() - wish.wanted_at >= GIVES_UP:
        return CallCode.FAILED
    if leg.role in STAFF:
        return None
    (verdict,) = gate.verdicts(call.phone_number_id, [gate.Phone.of(leg)], is_emergency=settings.is_emergency)
    if verdict.held_until is not None:
        return CallCode.QUIET
    return verdict.blocked


def note(call: Call, leg: ConferenceParticipant, wish: CallWish, outcome: Outcome, *, was_lost: bool) -> None:
    """What came of asking, or, where the answer `was_lost`, of looking for the call. Belongs into a transaction."""
    at = now()
    if isinstance(outcome, Done) and outcome.provider_id:
        _placed(call, leg, wish, outcome.provider_id)
    elif leg.provider_call_id is not None:
        wish.state = WishState.DONE  # the carrier's news came before its answer
    elif isinstance(outcome, Found) and (match := the_lost_one(outcome.calls, leg.reference)) is not None:
        _placed(call, leg, wish, match.provider_id)
    elif isinstance(outcome, Found):
        _not_found(call, leg, wish)
    elif was_lost:  # nobody knows more than before
        if at - wish.wanted_at >= LOOKS_FOR:
            _failed(call, leg, wish, CallCode.FAILED)
        else:
            wish.due_at = at + (timedelta(seconds=outcome.pause) if isinstance(outcome, Later) else LOOK_AGAIN)
    elif isinstance(outcome, Refused):
        _failed(call, leg, wish, outcome.code)
    elif isinstance(outcome, Later) and wish.tries >= MOST_TRIES:
        _failed(call, leg, wish, HouseCode.CARRIER_BUSY)
    elif isinstance(outcome, Later):
        wish.state, wish.due_at, wish.begun_at = WishState.WAITING, at + timedelta(seconds=outcome.pause), None
    else:
        wish.due_at = at + LOOK_AGAIN


def _placed(call: Call, leg: ConferenceParticipant, wish: CallWish, provider_call_id: str) -> None:
    wish.state = WishState.DONE
    if steps.adopt(leg, provider_call_id) and leg.is_over and leg.state == LegState.REMOVED:
        steps.wish(call, WishKind.REMOVE, leg)  # it was called off while the carrier was asked


def _not_found(call: Call, leg: ConferenceParticipant, wish: CallWish) -> None:
    """The carrier has no such call yet; after a while, it never will."""
    at = now()
    if wish.begun_at is not None and at - wish.begun_at < GRACE:
        wish.due_at = at + LOOK_AGAIN
    elif at - wish.wanted_at >= GIVES_UP:
        _failed(call, leg, wish, CallCode.FAILED)
    else:
        wish.state, wish.due_at, wish.begun_at = WishState.WAITING, at, None


def _failed(call: Call, leg: ConferenceParticipant, wish: CallWish, code: str) -> None:
    wish.state = WishState.FAILED
    steps.move(call, leg, LegState.FAILED, error_code=code)


def the_lost_one(found: Sequence[CarrierCall], reference: str) -> CarrierCall | None:
    """The one whose news came under that reference, else the oldest of which nobody knows whose it is.

    What a script dialled is never one: that is somebody's talk. Nor is an earlier attempt, which has been told of under its own reference.
    """
    placed = [one for one in found if one.parent_id is None]
    ids = [one.provider_id for one in placed]
    told = references_of(ids)
    known: set[str | None] = {one for one, whose in told.items() if whose != reference}
    for column in (ConferenceParticipant.provider_call_id, PlacedCall.provider_id, DirectCall.own_call_id, DirectCall.far_call_id):
        known |= set(db.session.scalars(select(column).where(column.in_(ids))))
    ours = [one for one in reversed(placed) if one.provider_id not in known]
    return next((one for one in ours if told.get(one.provider_id) == reference), ours[0] if ours else None)

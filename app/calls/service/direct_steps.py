"""The steps of a direct call and of one that came in, for whoever brings the reason. All belong into a transaction.

`held` comes first: one writer at a time has a call. Calls move only forward, and over is over.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from app.calls.events import LineChanged
from app.calls.guesses import believed
from app.calls.models import Call, CallState, CallWish, DirectCall, Outcome, Stage, WishKind, WishState
from app.calls.references import FAR, OWN, direct_in
from app.calls.service import direct_telling, steps
from app.core.clock import now
from app.core.database import db, open_events


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is nobody else's until the commit."""

    call: Call
    line: DirectCall


def held(call_id: int) -> Held | None:
    """The direct call of that number as it is now; None for any other."""
    if db.session.get(DirectCall, call_id) is None:
        return None
    call = steps.held(call_id)
    return Held(call, db.session.get_one(DirectCall, call_id, populate_existing=True))


def named(reference: str | None) -> tuple[Held, str] | None:
    """The call and which of its legs a reference speaks of; None for any other."""
    found = direct_in(reference)
    one = held(found[0]) if found else None
    return (one, found[1]) if one is not None and found is not None else None


def of_carrier(provider_call_id: str) -> tuple[Held, str] | None:
    """The same by the carrier's id of a leg."""
    row = db.session.execute(
        select(DirectCall.call_id, DirectCall.far_call_id).where(
            (DirectCall.far_call_id == provider_call_id) | (DirectCall.own_call_id == provider_call_id)
        )
    ).first()
    one = held(row.call_id) if row else None
    return (one, FAR if row.far_call_id == provider_call_id else OWN) if one is not None and row is not None else None


def adopt(one: Held, leg: str, provider_call_id: str) -> bool:
    """The carrier has a leg under an id. False if it is known under another."""
    name = "own_call_id" if leg == OWN else "far_call_id"
    if getattr(one.line, name) is None:
        setattr(one.line, name, provider_call_id)
    return bool(getattr(one.line, name) == provider_call_id)


def come_to(one: Held, stage: Stage) -> None:
    """It goes on elsewhere."""
    if one.call.is_over or one.line.stage == stage:
        return
    _stand(one, stage)
    one.call.look_at = now() + steps.SILENCE
    if CallState(one.call.status).may_become(CallState.RINGING):
        one.call.status = CallState.RINGING
    steps.changed(one.call)


def talk(one: Held, *, answered_by_id: int | None = None) -> None:
    """The two hear each other."""
    if one.call.is_over or one.line.stage == Stage.TALKING:
        return
    _stand(one, Stage.TALKING)
    one.call.status, one.call.answered_at = CallState.IN_PROGRESS, one.call.answered_at or now()
    one.call.look_at = now() + steps.SILENCE
    if one.line.is_inbound:
        one.line.outcome = Outcome.ANSWERED
        one.line.answered_by_id = answered_by_id or one.line.answered_by_id or one.call.staff_id
    steps.changed(one.call)


def finish(one: Held, to: CallState, *, error_code: str | None = None) -> None:
    """It is over; what stays of it is told once."""
    call, line = one.call, one.line
    if not CallState(call.status).may_become(to):
        return
    call.status, call.ended_at = to, now()
    _stand(one, Stage.OVER)
    line.error_code = error_code or line.error_code
    line.outcome = line.outcome or Outcome.MISSED if line.is_inbound else believed(call, line.outcome)
    db.session.execute(
        update(CallWish)
        .where(CallWish.call_id == call.id, CallWish.state == WishState.WAITING, CallWish.kind != WishKind.END)
        .values(state=WishState.FAILED)
    )
    steps.changed(call)
    direct_telling.note_end(call, line)


def was_led(one: Held) -> None:
    """The caller left the line for whoever took the call: the carrier asks what to do there, whatever became of its answer to us."""
    open_ones = (WishState.WAITING, WishState.BEGUN)
    db.session.execute(
        update(CallWish)
        .where(CallWish.call_id == one.call.id, CallWish.kind == WishKind.TAKE, CallWish.state.in_(open_ones))
        .values(state=WishState.DONE)
    )


def end_of_inbound(one: Held) -> CallState:
    """How a call that came in stands once its caller has gone."""
    return CallState.FINISHED if one.line.outcome in {Outcome.ANSWERED, Outcome.VOICEMAIL, Outcome.STOPPED} else CallState.NO_ANSWER


def _stand(one: Held, stage: Stage) -> None:
    if Stage.LINE in {one.line.stage, stage}:
        open_events().append(LineChanged(one.call.district_id, one.call.school_id))
    one.line.stage, one.line.since = stage, now()

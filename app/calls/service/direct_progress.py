"""The carrier's news about direct calls and those that came in. They come late, twice and in any order, and move calls only forward."""

from app.calls.guesses import believed
from app.calls.models import CallState, Outcome, Stage, Way
from app.calls.references import FAR, OWN
from app.calls.service import direct_steps, direct_telling, steps
from app.calls.service.direct_steps import Held
from app.carrier.calls import CallStatus, is_fax, is_machine
from app.carrier.events import CallMoved, MachineDetected
from app.core.events import within

ENDS = {
    CallStatus.COMPLETED: CallState.FINISHED,
    CallStatus.BUSY: CallState.BUSY,
    CallStatus.NO_ANSWER: CallState.NO_ANSWER,
    CallStatus.FAILED: CallState.FAILED,
    CallStatus.CANCELLED: CallState.CANCELED,
}


@within(CallMoved)
def follow_call(fact: CallMoved) -> None:
    """How far one of its phones is."""
    found = direct_steps.named(fact.reference) or (direct_steps.of_carrier(fact.provider_id) if fact.reference is None else None)
    if found is None:
        return
    one, leg = found
    if one.line.is_inbound:
        if leg == FAR and one.line.far_call_id != fact.provider_id:
            return
    elif not direct_steps.adopt(one, leg, fact.provider_id):
        return
    leg_news(one, leg, CallStatus(fact.status), fact.error_code, provider_call_id=fact.provider_id)


@within(MachineDetected)
def follow_detection(fact: MachineDetected) -> None:
    """What picked up at the family's, as the carrier hears it: a guess, which a long talk refutes. It may be known only after the call."""
    found = direct_steps.named(fact.reference)
    if found is None or found[1] != FAR or found[0].line.is_inbound or found[0].line.outcome is not None:
        return
    one = found[0]
    guess = Outcome.FAX if is_fax(fact.answered_by) else Outcome.MACHINE if is_machine(fact.answered_by) else None
    if believed(one.call, guess) is not None:
        one.line.outcome = guess
        steps.changed(one.call)
        direct_telling.note_again(one.call, one.line)


def leg_news(one: Held, leg: str, status: CallStatus, error_code: str | None = None, *, provider_call_id: str | None = None) -> None:
    """The same, whoever brings it."""
    if one.line.is_inbound:
        _inbound(one, leg, status, provider_call_id)
    elif leg == OWN:
        _own(one, status, error_code)
    else:
        _far(one, status, error_code)


def _inbound(one: Held, leg: str, status: CallStatus, provider_call_id: str | None) -> None:
    """The caller's leg tells only its end; of the staff member's, whether it was taken. What follows is for the script to ask."""
    if leg == FAR:
        if status.is_over:
            direct_steps.finish(one, direct_steps.end_of_inbound(one))
    elif status is CallStatus.ANSWERED and one.line.stage == Stage.BROWSER:
        one.line.own_call_id = provider_call_id or one.line.own_call_id
        direct_steps.talk(one)


def _own(one: Held, status: CallStatus, error_code: str | None) -> None:
    if status is CallStatus.RINGING:
        direct_steps.come_to(one, Stage.OWN)
    elif status.is_over:
        answered = one.call.status == CallState.IN_PROGRESS
        to = CallState.FINISHED if answered else _unanswered(one, status)
        direct_steps.finish(one, to, error_code=error_code)


def _unanswered(one: Held, status: CallStatus) -> CallState:
    """The staff member's leg is over, and nobody had answered: they hung up, or never picked up themselves."""
    hung_up = status is CallStatus.COMPLETED or one.line.way == Way.BROWSER
    return CallState.CANCELED if hung_up else ENDS[status]


def _far(one: Held, status: CallStatus, error_code: str | None) -> None:
    if status is CallStatus.RINGING:
        direct_steps.come_to(one, Stage.FAR)
    elif status is CallStatus.ANSWERED:
        direct_steps.talk(one)
    elif status.is_over:
        to = ENDS[status]
        if to is CallState.FINISHED:
            direct_steps.talk(one)  # the news of the answer comes later, or never
        direct_steps.finish(one, to, error_code=error_code)

"""The steps of a call, for whoever brings the reason: a person, the carrier, or the sweep. All belong into a transaction.

`held` comes first: one writer at a time has a call, with all its legs.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select, update

from app.calls.events import CallChanged, WishesWaiting
from app.calls.models import (
    LIVE,
    SPEAKS,
    Call,
    CallKind,
    CallLine,
    CallState,
    CallWish,
    ConferenceCall,
    ConferenceParticipant,
    LegState,
    PartRole,
    RecordingNow,
    Step,
    WishKind,
    WishState,
)
from app.calls.service import rows_held, telling
from app.calls.service.wanted import ended_by, is_ending, took_leave
from app.core.clock import now
from app.core.database import db, open_events
from app.core.rows import change, loaded

MODERATOR_TRIES = 2
SILENCE = timedelta(seconds=90)
"""After so long the carrier is asked how a call is."""
LOST_CALL = {LegState.FAILED: CallState.FAILED, LegState.BUSY: CallState.BUSY, LegState.REMOVED: CallState.CANCELED}
"""What becomes of a call whose moderator never came in; of anything else, no answer."""
LINES = {
    LegState.JOINED: Step.JOINED, LegState.LEFT: Step.LEFT, LegState.NO_ANSWER: Step.NO_ANSWER, LegState.NO_KEY: Step.NO_KEY,
    LegState.BUSY: Step.BUSY,
    LegState.FAILED: Step.FAILED, LegState.VOICEMAIL: Step.VOICEMAIL, LegState.REMOVED: Step.REMOVED,
}  # fmt: skip


def held(call_id: int) -> Call:
    """The call as it is now, and nobody else's until the commit."""
    return rows_held.read(Call, rows_held.call(), call_id)


def held_of_leg(leg_id: int) -> tuple[Call, ConferenceParticipant] | None:
    """The call of a leg in the same way, and the leg; None where there is no such leg."""
    db.session.flush()
    if not (rows := rows_held.call_of_leg().rows({"id": leg_id})):
        return None
    return loaded(Call, rows_held.call_of_leg().read(rows[0])), rows_held.read(ConferenceParticipant, rows_held.leg(), leg_id)


def settings_of(call: Call) -> ConferenceCall:
    """Of a conference."""
    return rows_held.read(ConferenceCall, rows_held.settings(), call.id)


def legs_of(call: Call) -> Sequence[ConferenceParticipant]:
    """All of them, the moderator first."""
    return db.session.scalars(
        select(ConferenceParticipant)
        .where(ConferenceParticipant.call_id == call.id)
        .order_by(ConferenceParticipant.id)
        .execution_options(populate_existing=True)
    ).all()


def changed(call: Call, leg: ConferenceParticipant | None = None, *, at_once: bool = False) -> None:
    """Tell browsers; `at_once` where nothing else of the call changes, so that it is one small statement."""
    if at_once:
        change(call, version=call.version + 1)
    else:
        call.version += 1
    is_conference = call.kind == CallKind.CONFERENCE
    open_events().append(CallChanged(call.district_id, call.id, None if leg is None else leg.id, call.version, is_conference))


def tell(call: Call, what: Step, leg: ConferenceParticipant | None = None, *, by: int | None = None) -> None:
    """Write a line for whoever asks what happened."""
    db.session.add(CallLine(call_id=call.id, what=what, participant_id=None if leg is None else leg.id, staff_id=by))


def tell_as_wished(call: Call, what: Step, leg: ConferenceParticipant, kind: WishKind, *, on: bool) -> None:
    """The same of what the carrier did to a leg: by whoever wanted that last, if anybody did."""
    if db.session.new:
        db.session.flush()  # what was told before stands before
    about = {"leg": leg.id, "attempt": leg.attempt, "kind": kind, "on": on}
    rows_held.line_as_wished().rows({"call": call.id, "moment": now(), "step": what} | about)


def wish(
    call: Call, kind: WishKind, leg: ConferenceParticipant | None = None, *, by: int | None = None, on: bool = True, words: str = "",
    language: str = "en",
) -> None:  # fmt: skip
    """Have the worker ask the carrier. What waits of the same kind about the same leg is replaced, unless it is to be said."""
    _wish(call, kind, [leg], by=by, on=on, words=words, language=language)


def wish_all(call: Call, kind: WishKind, legs: Sequence[ConferenceParticipant], *, by: int | None = None, on: bool = True) -> None:
    """The same about each of these legs, with as many statements as about one."""
    if legs:
        _wish(call, kind, legs, by=by, on=on)


def _wish(
    call: Call, kind: WishKind, legs: Sequence[ConferenceParticipant | None], *, by: int | None, on: bool, words: str = "",
    language: str = "en",
) -> None:  # fmt: skip
    db.session.flush()
    if kind not in SPEAKS:
        about = [leg.id for leg in legs if leg is not None]
        waiting = (
            CallWish.call_id == call.id, CallWish.participant_id.in_(about) if about else CallWish.participant_id.is_(None),
            CallWish.kind == kind, CallWish.state == WishState.WAITING, CallWish.words == words,
        )  # fmt: skip
        db.session.execute(update(CallWish).where(*waiting).values(state=WishState.FAILED))
    rows = [
        {
            "call_id": call.id, "participant_id": None if leg is None else leg.id, "attempt": 0 if leg is None else leg.attempt,
            "kind": kind, "is_on": on, "asked_by_id": by, "due_at": now(), "words": words, "language": language,
        }
        for leg in legs
    ]  # fmt: skip
    db.session.execute(insert(CallWish), rows)
    open_events().append(WishesWaiting(call.id))


def put_off(wish: CallWish, seconds: float) -> None:
    """To ask once more changes nothing that is so already."""
    wish.state, wish.due_at = WishState.WAITING, now() + timedelta(seconds=seconds)


def ring(call: Call, leg: ConferenceParticipant, *, by: int | None = None) -> None:
    """Have its phone ring once more."""
    leg.attempt += 1
    leg.state, leg.since = LegState.QUEUED, now()
    leg.provider_call_id = leg.answered_by = leg.error_code = leg.joined_at = leg.heard_notice_at = leg.listening_id = None
    leg.is_muted = leg.is_held = leg.is_set_aside = False
    tell(call, Step.RANG_AGAIN, leg, by=by)
    changed(call, leg)
    wish(call, WishKind.PLACE, leg, by=by)


def adopt(leg: ConferenceParticipant, provider_call_id: str) -> bool:
    """The carrier has this attempt under an id. False if it is known under another."""
    if leg.provider_call_id is None:
        leg.provider_call_id = provider_call_id
    return leg.provider_call_id == provider_call_id


def move(call: Call, leg: ConferenceParticipant, to: LegState, *, error_code: str | None = None) -> bool:
    """Bring a leg into a state, if that is forward, and the call with it."""
    if not LegState(leg.state).may_become(to):
        return False
    leg.state, leg.since = to, now()
    if to is LegState.JOINED:
        leg.joined_at = leg.since
    if error_code:
        leg.error_code = error_code
    if leg.is_over:
        leg.is_held, leg.held_at, leg.is_set_aside = False, None, False
    if to in LINES:
        tell(call, LINES[to], leg)
    changed(call, leg)
    if to is LegState.JOINED and leg.role != PartRole.MODERATOR:
        _came_in(call, leg)
    if leg.role == PartRole.MODERATOR:
        _moderator_moved(call, leg, to)
    elif leg.is_over:
        _end_if_empty(call)
    return True


def finish(call: Call, to: CallState, *, by: int | None = None) -> None:
    """It is over, as the person `by` or whoever last asked for it wanted: who is in leaves, and whose phone rings is left alone."""
    if not CallState(call.status).may_become(to):
        return
    call.status, call.ended_at = to, now()
    db.session.add(CallLine(call_id=call.id, what=Step.ENDED, staff_id=ended_by(call) if by is None else by))
    settings = settings_of(call)
    settings.recording, settings.speaking_wish_id = RecordingNow.OFF, None  # a briefing that never ended is kept: for `chosen`
    settings.recording_id, settings.recording_leg, settings.is_left_out = None, None, False
    for leg in legs_of(call):
        if leg.state not in LIVE:
            continue
        if leg.state in {LegState.RINGING, LegState.ANSWERED}:
            wish(call, WishKind.REMOVE, leg)
        leg.state, leg.since = (LegState.LEFT if leg.state == LegState.JOINED else LegState.REMOVED), now()
        leg.is_held, leg.held_at, leg.is_set_aside = False, None, False
        changed(call, leg)
    db.session.execute(
        update(CallWish)
        .where(CallWish.call_id == call.id, CallWish.kind == WishKind.PLACE, CallWish.state == WishState.WAITING)
        .values(state=WishState.FAILED)
    )
    changed(call)
    telling.note_end(call, legs_of(call))


def call_waiting(call: Call) -> None:
    """Have everybody's phone ring who waits to be called; while the interpreter is briefed, only hers."""
    is_briefing = settings_of(call).is_briefing
    asked = (CallWish.call_id == call.id, CallWish.kind == WishKind.PLACE, CallWish.state.in_((WishState.WAITING, WishState.BEGUN)))
    db.session.flush()
    wanted = {
        (row.participant_id, row.attempt) for row in db.session.execute(select(CallWish.participant_id, CallWish.attempt).where(*asked))
    }
    waiting = [leg for leg in legs_of(call) if leg.state == LegState.QUEUED and (leg.role == PartRole.INTERPRETER or not is_briefing)]
    wish_all(call, WishKind.PLACE, [leg for leg in waiting if (leg.id, leg.attempt) not in wanted])


def _came_in(call: Call, leg: ConferenceParticipant) -> None:
    """Into a private briefing comes only the interpreter."""
    settings = settings_of(call)
    if settings.is_briefing and leg.role != PartRole.INTERPRETER:
        leg.is_set_aside = True
        wish(call, WishKind.HOLD, leg)


def _moderator_moved(call: Call, leg: ConferenceParticipant, to: LegState) -> None:
    status = CallState(call.status)
    if to is LegState.RINGING and status.may_become(CallState.RINGING):
        call.status = CallState.RINGING
        changed(call)
    elif to is LegState.JOINED and status.may_become(CallState.IN_PROGRESS):
        call.status, call.answered_at = CallState.IN_PROGRESS, now()
        changed(call)
        call_waiting(call)
    elif not leg.is_over:
        return
    elif status is CallState.IN_PROGRESS:
        if settings_of(call).ends_with_moderator and not took_leave(leg):
            finish(call, CallState.FINISHED)
        elif not _end_if_empty(call) and not is_ending(call):
            _set_free(call)
    elif to in {LegState.NO_ANSWER, LegState.BUSY} and leg.attempt < MODERATOR_TRIES:
        ring(call, leg)
    else:
        finish(call, LOST_CALL.get(to, CallState.NO_ANSWER))


def _end_if_empty(call: Call) -> bool:
    """Once the moderator has gone, the last to leave ends it; an interpreter alone has nobody to interpret for."""
    db.session.flush()
    if call.status != CallState.IN_PROGRESS:
        return False
    legs = legs_of(call)
    inside = [leg for leg in legs if leg.state == LegState.JOINED]
    if not all(leg.is_over for leg in legs if leg.role == PartRole.MODERATOR) or any(leg.role != PartRole.INTERPRETER for leg in inside):
        return False
    if not inside:
        finish(call, CallState.FINISHED)
    elif not is_ending(call):
        _ring_no_more(call, legs)
        wish(call, WishKind.END)
    return True


def _ring_no_more(call: Call, legs: Sequence[ConferenceParticipant]) -> None:
    """Call nobody who still waits for it: with nobody of the school in, a person decides whether their phone rings."""
    waiting = [leg for leg in legs if leg.state == LegState.QUEUED]
    asked = (CallWish.participant_id.in_([leg.id for leg in waiting]), CallWish.kind == WishKind.PLACE)
    db.session.execute(update(CallWish).where(*asked, CallWish.state == WishState.WAITING).values(state=WishState.FAILED))
    begun = set(db.session.scalars(select(CallWish.participant_id).where(*asked, CallWish.state == WishState.BEGUN)))
    for leg in waiting:
        if leg.id in begun:
            wish(call, WishKind.REMOVE, leg)
        else:
            leg.state, leg.since = LegState.REMOVED, now()
            changed(call, leg)


def _set_free(call: Call) -> None:
    """The moderator has gone and the call goes on: nobody stays muted or on hold whom she would have brought back.

    Nobody new is called, unless somebody of the school is in.
    """
    settings, legs = settings_of(call), legs_of(call)
    inside = [leg for leg in legs if leg.state == LegState.JOINED]
    was_briefing, settings.is_briefing = settings.is_briefing, False
    if was_briefing:
        tell(call, Step.BRIEFED)
    if not any(leg.staff_id is not None for leg in inside):
        _ring_no_more(call, legs)
    elif was_briefing:
        call_waiting(call)
    wish_all(call, WishKind.MUTE, [leg for leg in inside if leg.is_muted], on=False)
    wish_all(call, WishKind.HOLD, [leg for leg in inside if leg.is_held], on=False)

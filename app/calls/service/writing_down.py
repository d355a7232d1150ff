"""Having the carrier write down what is said while a call is recorded: each person's words from their own line.

Whoever was not told, is muted or on hold is not listened to, and nobody is while the recording rests. Words that come of a listening
which was ended are not kept. A house with a program of its own for this (`engines`) sends nobody's words to the carrier's.
"""

from flask import current_app
from sqlalchemy import func, or_, select, text, update

from app.calls.engines import engine_of
from app.calls.models import (
    OPEN,
    Call,
    CallLine,
    CallWish,
    ConferenceCall,
    ConferenceParticipant,
    LegState,
    RecordingNow,
    Step,
    WishKind,
    WishState,
)
from app.calls.service import steps
from app.calls.service.outcomes import Done, Later, Outcome, Refused
from app.core.database import db
from app.delivery.voice.voices import written_language

MOST_TRIES = 5
PAUSE = 2.0
WITHOUT_NEWS = 20.0
"""Seconds after which a lost question is asked again."""


def attend(call: Call) -> None:
    """Have listened to who is recorded now, and to nobody else. Belongs into a transaction."""
    settings, legs = steps.settings_of(call), steps.legs_of(call)
    for leg in legs:
        if leg.listening_id is not None and leg.state == LegState.JOINED and not _is_kept(settings, leg):
            _let_go(call, leg, leg.listening_id)
            leg.listening_id = None
    wanted = [leg for leg in legs if leg.listening_id is None and is_wanted(settings, leg)]
    if wanted:
        asked = _asked_for(call)
        steps.wish_all(call, WishKind.LISTEN, [leg for leg in wanted if (leg.id, leg.attempt) not in asked])


def is_wanted(settings: ConferenceCall, leg: ConferenceParticipant) -> bool:
    """Whether the carrier is to write down what this person says."""
    return _is_kept(settings, leg) and bool(language_of(leg)) and engine_of(current_app) is None


def language_of(leg: ConferenceParticipant) -> str:
    """As the carrier names it; empty where it does not write it down."""
    return written_language(leg.language)


def begun(call: Call, leg: ConferenceParticipant, listening_id: str) -> None:
    """The carrier listens; where that is not wanted any more, it is to stop. Belongs into a transaction."""
    if leg.listening_id == listening_id:
        return
    if leg.listening_id is None and is_wanted(steps.settings_of(call), leg):
        leg.listening_id = listening_id
        asked = (CallWish.participant_id == leg.id, CallWish.kind == WishKind.LISTEN, CallWish.is_on.is_(True))
        open_ones = (WishState.FAILED, WishState.WAITING)  # one that is begun has its answer noted yet
        db.session.execute(update(CallWish).where(*asked, CallWish.state.in_(open_ones)).values(state=WishState.DONE))
    else:
        _let_go(call, leg, listening_id)


def note(call: Call, leg: ConferenceParticipant, wish: CallWish, outcome: Outcome) -> None:
    """What came of asking. Belongs into a transaction.

    After a lost answer the carrier's first news names the line. Where none comes it never heard us, and is asked once more: if it did
    listen, it refuses to do so twice.
    """
    if isinstance(outcome, Later) and wish.tries < MOST_TRIES:
        steps.put_off(wish, outcome.pause)
    elif isinstance(outcome, Done):
        wish.state = WishState.DONE
        if wish.is_on and outcome.provider_id and leg.attempt == wish.attempt:
            begun(call, leg, outcome.provider_id)
    elif wish.is_on and wish.tries == 1 and not isinstance(outcome, Refused):
        steps.put_off(wish, WITHOUT_NEWS)
    elif wish.is_on or isinstance(outcome, Refused) or wish.tries >= MOST_TRIES:
        wish.state = WishState.FAILED  # a call goes on without its text; and what is stopped twice is stopped
    else:
        steps.put_off(wish, PAUSE)


def _is_kept(settings: ConferenceCall, leg: ConferenceParticipant) -> bool:
    is_heard = leg.state == LegState.JOINED and not leg.is_muted and not leg.is_held and leg.heard_notice_at is not None
    return settings.recording == RecordingNow.ON and not settings.is_left_out and is_heard


def _let_go(call: Call, leg: ConferenceParticipant, listening_id: str) -> None:
    known = (CallWish.participant_id == leg.id, CallWish.kind == WishKind.LISTEN, CallWish.words == listening_id)
    if db.session.scalar(select(CallWish.id).where(*known).limit(1)) is None:
        steps.wish(call, WishKind.LISTEN, leg, on=False, words=listening_id)


def _asked_for(call: Call) -> set[tuple[int | None, int]]:
    """For which legs the carrier is being asked, or would not since the recording last went on, or did not say."""
    goes_on = CallLine.what.in_((Step.RECORDING, Step.RECORDING_AGAIN))
    since = select(func.max(CallLine.at)).where(CallLine.call_id == call.id, goes_on).scalar_subquery()
    is_tried = (CallWish.state == WishState.FAILED) & (CallWish.tries > 0) & (CallWish.wanted_at >= since)
    of_it = (CallWish.call_id == call.id, CallWish.kind == WishKind.LISTEN, CallWish.is_on.is_(True), or_(text(OPEN), is_tried))
    db.session.flush()
    return {
        (row.participant_id, row.attempt) for row in db.session.execute(select(CallWish.participant_id, CallWish.attempt).where(*of_it))
    }

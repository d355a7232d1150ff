"""Keeping what is said: first everybody is told, then it begins. Whoever comes in later is told before, or as soon as they hear."""

from collections.abc import Sequence

from sqlalchemy import exists, select, text, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.calls.consent import Rule, rule_for
from app.calls.errors import MayNotRecord
from app.calls.models import (
    OPEN,
    Call,
    CallKind,
    CallWish,
    ConferenceParticipant,
    LegState,
    RecordingKind,
    RecordingNow,
    Step,
    WishKind,
    WishState,
)
from app.calls.references import recorded_call_in
from app.calls.service import recordings, steps, writing_down
from app.calls.service.leaving_out import RUNS, best_line, has_reason, heed, is_about_to_be_told, is_unaware
from app.calls.service.reaching import going_on, running
from app.calls.service.recording_rules import phones_of
from app.calls.service.wanted import is_ending
from app.carrier.events import RecordingMoved
from app.carrier.recordings import RecordingStatus
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import within
from app.directory.models import District

TALK = 2
"""So many talk: one alone is not recorded any further."""
ENDED = frozenset({
    RecordingStatus.STOPPED, RecordingStatus.PROCESSING, RecordingStatus.READY, RecordingStatus.ABSENT, RecordingStatus.FAILED,
    RecordingStatus.DELETED,
})  # fmt: skip


def begin_recording(staff: Staff, call_id: int) -> None:
    """Tell everybody, then record. To ask twice changes nothing. Raises MayNotRecord, NotBegun, CallIsOver, NotVisible."""
    with transaction():
        call = running(staff, call_id)
        if not may_be_recorded(call):
            raise MayNotRecord
        settings = steps.settings_of(call)
        if settings.recording != RecordingNow.OFF:
            return
        settings.recording = RecordingNow.ANNOUNCED
        steps.wish(call, WishKind.NOTICE, by=staff.id)
        steps.tell(call, Step.RECORDING_ASKED, by=staff.id)
        steps.changed(call)
        audit("call.recording_asked", call, {"title": call.title}, by=staff)


def pause_recording(staff: Staff, call_id: int, *, on: bool) -> None:
    """Leave out what is said, or keep it again. Where nothing is recorded, nothing changes. Raises CallIsOver, NotVisible."""
    with transaction():
        call = going_on(staff, call_id)
        settings = steps.settings_of(call)
        if settings.recording not in RUNS:
            return
        settings.is_left_out = not on and has_reason(call)  # then it goes on by itself, once nothing stands against it
        if settings.recording == (RecordingNow.ON if on else RecordingNow.PAUSED) and not settings.is_left_out:
            steps.wish(call, WishKind.PAUSE, by=staff.id, on=on)


def stop_recording(staff: Staff, call_id: int) -> None:
    """Record no longer; what was recorded stays. Raises CallIsOver, NotVisible."""
    with transaction():
        call = going_on(staff, call_id)
        settings = steps.settings_of(call)
        if settings.recording in RUNS:
            steps.wish(call, WishKind.STOP, by=staff.id)
        elif settings.recording == RecordingNow.ANNOUNCED:
            _call_off(call)
            _over(call, by=staff.id)
        audit("call.recording_stopped", call, {"title": call.title}, by=staff)


def may_be_recorded(call: Call) -> bool:
    """What the district allows, by the states of all who take part. Everybody is told in any case, so whoever stays agrees."""
    return _rule(call) is not Rule.NEVER


def _rule(call: Call) -> Rule:
    settings = db.session.get_one(District, call.district_id).settings
    return rule_for(settings, phones_of(call, steps.legs_of(call)))


def notice_over(call: Call, wish: CallWish, *, is_said: bool) -> None:
    """The notice was said to one or to all, or could not be. Belongs into a transaction."""
    settings = steps.settings_of(call)
    if is_said:
        for leg in steps.legs_of(call):
            is_meant = wish.participant_id is None or leg.id == wish.participant_id
            has_been_in = wish.begun_at is not None and leg.joined_at is not None and leg.joined_at <= wish.begun_at
            if is_meant and leg.state == LegState.JOINED and not leg.is_held and has_been_in:
                leg.heard_notice_at = now()
    is_missed = not is_said and any(is_unaware(leg) and wish.participant_id in {None, leg.id} for leg in steps.legs_of(call))
    if settings.recording in RUNS:
        if is_missed:
            steps.wish(call, WishKind.STOP)  # they cannot be told
        else:
            heed(call)
    elif settings.recording != RecordingNow.ANNOUNCED:
        return
    elif is_missed or (not is_said and wish.participant_id is None):
        _fail(call)
    else:
        _tell_or_record(call, by=wish.asked_by_id)


def _tell_or_record(call: Call, *, by: int | None = None) -> None:
    """Tell whoever is in and does not know; record once there is nobody. What is asked for already is not asked twice."""
    unaware = [leg for leg in steps.legs_of(call) if is_unaware(leg)]
    for leg in unaware:
        if not is_about_to_be_told(leg):
            steps.wish(call, WishKind.NOTICE, leg)
    asked = (CallWish.call_id == call.id, CallWish.kind == WishKind.RECORD, CallWish.is_on.is_(True), text(OPEN))
    if not unaware and not db.session.scalar(select(exists().where(*asked))):
        steps.wish(call, WishKind.RECORD, by=by)


def tape_of(call: Call, wish: CallWish) -> tuple[str | None, str | None]:
    """The line and the recording that a wish is about: those that run, unless it has its own."""
    settings = steps.settings_of(call)
    if wish.kind == WishKind.STOP and wish.words:
        line, _, tape = wish.words.partition(" ")
        return line, tape
    if wish.kind != WishKind.RECORD:
        return settings.recording_leg, settings.recording_id
    if not wish.words and (on := best_line(call)) is not None:
        wish.words = on.provider_call_id or ""  # where it is looked for, should the answer be lost
    return wish.words, None


def begun(call: Call, recording_id: str, leg_id: str | None, *, is_wanted: bool = True) -> None:
    """The carrier records. What was called off while it was asked is stopped, and not kept. Belongs into a transaction."""
    settings = steps.settings_of(call)
    if not is_wanted or (settings.recording != RecordingNow.ANNOUNCED and not call.is_over):
        if recordings.discard(call, recording_id) and not call.is_over:
            steps.wish(call, WishKind.STOP, words=f"{leg_id or ''} {recording_id}")
        return
    recordings.expect(call, RecordingKind.CONFERENCE, recording_id, language=_language(call), consent_basis=_rule(call))
    if call.is_over:
        return
    settings.recording, settings.recording_id, settings.recording_leg = RecordingNow.ON, recording_id, leg_id
    settings.is_left_out = False
    steps.tell(call, Step.RECORDING)
    steps.changed(call)
    heed(call)  # somebody may have come in since everybody was told


def switched(call: Call, kind: WishKind, *, on: bool, by: int | None = None) -> None:
    """The carrier paused it, goes on, or stopped it, as somebody wanted, or the house. Belongs into a transaction."""
    settings = steps.settings_of(call)
    if settings.recording not in RUNS:
        return
    if kind is WishKind.STOP:
        _over(call, by=by, why=Step.STOPPED_UNTOLD if by is None else Step.RECORDING_OVER)
        return
    settings.recording = RecordingNow.PAUSED if on else RecordingNow.ON
    steps.tell(call, _rest(call, by) if on else Step.RECORDING_AGAIN, by=by)
    writing_down.attend(call)
    steps.changed(call)


def not_begun(call: Call) -> None:
    """The carrier does not record. Belongs into a transaction."""
    if steps.settings_of(call).recording == RecordingNow.ANNOUNCED:
        _fail(call)


@within(RecordingMoved)
def follow_recording(fact: RecordingMoved) -> None:
    """It began, though the answer was lost, or it ended by itself."""
    call_id = recorded_call_in(fact.reference)
    if call_id is None or db.session.get(Call, call_id) is None:
        return
    call = steps.held(call_id)
    if call.kind != CallKind.CONFERENCE:
        return
    settings = steps.settings_of(call)
    if fact.provider_id != settings.recording_id and not recordings.is_decided(fact.provider_id):
        asked = _asked_for(call)
        is_wanted = any(one.is_on for one in asked)
        begun(call, fact.provider_id, fact.call_id, is_wanted=is_wanted)
        for one in asked:
            one.state = WishState.DONE if one.is_on == is_wanted else one.state
    if fact.status in ENDED and fact.provider_id == settings.recording_id and settings.recording in RUNS:
        _ended(call)


def follow_line(call: Call, leg: ConferenceParticipant) -> None:
    """Somebody has gone: what ran on their line goes on on another, as long as people talk. Belongs into a transaction.

    Who came in and was not told yet, is told first. What was paused by somebody stays so: then nothing goes on.
    """
    if call.is_over or not leg.is_over or leg.provider_call_id is None:
        return
    settings = steps.settings_of(call)
    if settings.recording not in RUNS or settings.recording_leg != leg.provider_call_id or is_ending(call):
        return
    rests = settings.recording == RecordingNow.PAUSED and not settings.is_left_out
    inside = [one for one in steps.legs_of(call) if one.state == LegState.JOINED]
    if rests or len(inside) < TALK:
        _over(call, why=Step.LINE_LEFT)
        return
    settings.recording, settings.recording_id, settings.recording_leg = RecordingNow.ANNOUNCED, None, None
    settings.is_left_out = not any(is_unaware(one) for one in inside)  # then nobody is being told: it only moves
    writing_down.attend(call)
    steps.tell(call, Step.RECORDING_MOVED, leg)
    _tell_or_record(call)
    steps.changed(call)


def settle(call: Call, status: RecordingStatus) -> None:
    """The sweep asked the carrier. Belongs into a transaction."""
    settings = steps.settings_of(call)
    if settings.recording in RUNS and status in ENDED:
        _ended(call)
    elif settings.recording in RUNS and (status is RecordingStatus.PAUSED) != (settings.recording == RecordingNow.PAUSED):
        switched(call, WishKind.PAUSE, on=status is RecordingStatus.PAUSED)


def _language(call: Call) -> str:
    """What is mostly spoken: the language of whoever began it."""
    return db.session.get_one(Staff, call.staff_id).language


def _asked_for(call: Call) -> Sequence[CallWish]:
    """What the carrier was asked to record, and nobody knows yet by which id it does."""
    asked = (CallWish.call_id == call.id, CallWish.kind == WishKind.RECORD, CallWish.begun_at.is_not(None))
    return db.session.scalars(select(CallWish).where(*asked, CallWish.state != WishState.DONE).order_by(CallWish.id)).all()


def _call_off(call: Call) -> None:
    """Nobody is to be told any more; what the carrier was asked to record is stopped as soon as it is known."""
    told = (CallWish.kind == WishKind.NOTICE) & text(OPEN)
    not_yet = (CallWish.kind == WishKind.RECORD) & (CallWish.state == WishState.WAITING)
    db.session.execute(update(CallWish).where(CallWish.call_id == call.id, told | not_yet).values(state=WishState.FAILED))
    for one in _asked_for(call):
        one.is_on = False
    settings = steps.settings_of(call)
    speaking = db.session.scalar(select(CallWish.state).where(CallWish.id == settings.speaking_wish_id))
    if speaking == WishState.FAILED:
        settings.speaking_wish_id = None


def _ended(call: Call) -> None:
    """By itself: as its line left before anybody knew that it ran there, or because the carrier wanted so."""
    line = steps.settings_of(call).recording_leg
    gone = [leg for leg in steps.legs_of(call) if leg.provider_call_id == line and leg.is_over]
    if gone and not is_ending(call):
        follow_line(call, gone[0])
    else:
        _over(call, why=Step.RECORDING_ENDED)


def _rest(call: Call, by: int | None) -> Step:
    """Why nothing is kept for now."""
    if by is not None:
        return Step.RECORDING_PAUSED
    return Step.REST_UNTOLD if any(is_unaware(leg) for leg in steps.legs_of(call)) else Step.REST_SHUT


def _over(call: Call, *, by: int | None = None, why: Step = Step.RECORDING_OVER) -> None:
    settings = steps.settings_of(call)
    settings.recording, settings.recording_id, settings.recording_leg, settings.is_left_out = RecordingNow.OFF, None, None, False
    writing_down.attend(call)
    steps.tell(call, why, by=by)
    steps.changed(call)


def _fail(call: Call) -> None:
    settings = steps.settings_of(call)
    settings.recording, settings.is_left_out = RecordingNow.OFF, False
    steps.tell(call, Step.NOT_RECORDED)
    steps.changed(call)

"""Wishes that are taken up, and what came of asking the carrier. The asking itself is `app.calls.carrying`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, text
from sqlalchemy.orm import aliased

from app.calls.models import (
    OPEN,
    SPEAKS,
    Call,
    CallState,
    CallWish,
    ConferenceCall,
    ConferenceParticipant,
    LegState,
    PartRole,
    RecordingNow,
    WishKind,
    WishState,
)
from app.calls.references import recording_reference, room_of
from app.calls.service import placing, recording, speaking, steps, writing_down
from app.calls.service.leaving_out import best_line
from app.calls.service.outcomes import Done, FoundRecordings, Later, Outcome, Refused
from app.calls.service.placing import LOOK_AGAIN, LOOKS_FOR, MOST_TRIES
from app.carrier.recordings import RecordingStatus
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import PhoneNumber

LEASE = timedelta(seconds=20)
"""The carrier answers within less, or its answer is lost."""
IS_OF_CONFERENCE = CallWish.call_id.in_(select(ConferenceCall.call_id))
KEEPS = frozenset({WishKind.RECORD, WishKind.PAUSE, WishKind.STOP})
"""What is kept of a call."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to ask the carrier for."""

    wish_id: int
    call_id: int
    leg_id: int | None
    kind: WishKind
    is_on: bool
    lost_since: datetime | None
    """When it was first asked for, if nobody knows what came of that."""
    room: str
    conference_id: str | None
    reference: str
    provider_call_id: str | None
    to: str
    sender: str
    is_moderator: bool
    is_in: bool
    seconds: int
    tries: int
    """This one is the number."""
    recording_id: str | None
    recording_leg: str | None
    """The carrier's id of the line on which it runs, or is to run."""
    recording_reference: str
    listening_id: str
    """Of what is to be written down no more."""
    language: str


def take_up(most: int) -> list[Errand]:
    """Lease the wishes that are due, buttons before phones that are to ring; those that make no sense any more are dropped."""
    is_due = (text(OPEN), CallWish.due_at <= now(), IS_OF_CONFERENCE)
    found = db.session.execute(
        select(CallWish.id, CallWish.call_id).where(*is_due).order_by(CallWish.kind == WishKind.PLACE, CallWish.due_at).limit(most)
    ).all()
    if not found:
        return []
    with transaction():
        errands = []
        for call_id in sorted({one.call_id for one in found}):
            steps.held(call_id)  # first of all, as everywhere; another worker waits, and finds the wishes taken
            numbers = [one.id for one in found if one.call_id == call_id]
            still = select(CallWish).where(CallWish.id.in_(numbers), *is_due).order_by(CallWish.id)
            for wish in db.session.scalars(still.execution_options(populate_existing=True)):
                errand = _taken(wish)
                errands += [errand] if errand is not None else []
        return errands


def _taken(wish: CallWish) -> Errand | None:
    errand, at = _errand(wish), now()
    if errand is not None:
        wish.state, wish.tries, wish.due_at = WishState.BEGUN, wish.tries + 1, at + LEASE
        wish.begun_at = wish.begun_at or at
        if wish.kind in SPEAKS:
            speaking.take_the_word(steps.settings_of(db.session.get_one(Call, wish.call_id)), wish)
    return errand


def _errand(wish: CallWish) -> Errand | None:
    """What to ask for; None where that is not now, or never."""
    call, settings, sender = db.session.execute(
        select(Call, ConferenceCall, PhoneNumber.address)
        .join(ConferenceCall, ConferenceCall.call_id == Call.id)
        .join(PhoneNumber, PhoneNumber.id == Call.phone_number_id)
        .where(Call.id == wish.call_id)
    ).one()
    leg = db.session.get(ConferenceParticipant, wish.participant_id) if wish.participant_id else None
    if wish.kind in SPEAKS:
        makes_sense = speaking.is_next(wish, call, settings, leg)
    else:
        makes_sense = _of_call(wish, call, settings) if leg is None else _of_leg(wish, call, settings, leg)
    if makes_sense is None:
        wish.due_at = now() + LOOK_AGAIN
        return None
    if not makes_sense:
        wish.state = WishState.DONE if wish.state == WishState.DONE else WishState.FAILED
        return None
    is_to_ring = wish.kind == WishKind.PLACE and wish.state == WishState.WAITING
    if leg is not None and is_to_ring and (code := placing.why_not(call, settings, leg, wish)) is not None:
        wish.state = WishState.FAILED
        steps.move(call, leg, LegState.FAILED, error_code=code)
        return None
    line, tape = recording.tape_of(call, wish)
    return Errand(
        wish_id=wish.id, call_id=call.id, leg_id=wish.participant_id, kind=WishKind(wish.kind), is_on=wish.is_on,
        lost_since=wish.begun_at if wish.state == WishState.BEGUN else None, room=room_of(call), conference_id=settings.provider_id,
        reference=leg.reference if leg else "", provider_call_id=leg.provider_call_id if leg else None, to=leg.address if leg else "",
        sender=sender, is_moderator=leg is not None and leg.role == PartRole.MODERATOR,
        is_in=leg is not None and leg.state == LegState.JOINED, seconds=settings.maximum_minutes * 60,
        tries=wish.tries + 1, recording_id=tape, recording_leg=line, recording_reference=recording_reference(call),
        listening_id=wish.words, language=writing_down.language_of(leg) if leg is not None else "",
    )  # fmt: skip


def _of_call(wish: CallWish, call: Call, settings: ConferenceCall) -> bool:
    if call.is_over or settings.provider_id is None:
        return False
    if wish.kind == WishKind.RECORD:
        is_wanted = settings.recording == RecordingNow.ANNOUNCED and best_line(call) is not None
        return is_wanted or wish.state == WishState.BEGUN  # where that was called off, it is found and stopped
    return wish.kind == WishKind.END or settings.recording_id is not None or bool(wish.words)


def _of_leg(wish: CallWish, call: Call, settings: ConferenceCall, leg: ConferenceParticipant) -> bool | None:
    """None: not yet."""
    if leg.attempt != wish.attempt:
        return False
    if wish.kind == WishKind.PLACE:
        was_asked = wish.state == WishState.BEGUN
        may_ring = call.status == CallState.IN_PROGRESS or (leg.role == PartRole.MODERATOR and not call.is_over)
        return leg.provider_call_id is None and (was_asked or (may_ring and leg.state == LegState.QUEUED))
    if wish.kind in {WishKind.REMOVE, WishKind.LEAVE}:
        if leg.provider_call_id is None:
            return None if _is_being_placed(leg) else False
        return leg.state not in {LegState.LEFT, LegState.NO_ANSWER, LegState.BUSY, LegState.FAILED}
    if wish.kind == WishKind.LISTEN:
        is_new = wish.state == WishState.WAITING and leg.listening_id is None and writing_down.is_wanted(settings, leg)
        return is_new if wish.is_on else leg.state == LegState.JOINED
    return leg.state == LegState.JOINED and not _is_outdated(wish)


def _is_being_placed(leg: ConferenceParticipant) -> bool:
    begun = (CallWish.participant_id == leg.id, CallWish.attempt == leg.attempt, CallWish.kind == WishKind.PLACE)
    return bool(db.session.scalar(select(exists().where(*begun, CallWish.state == WishState.BEGUN))))


def _is_outdated(wish: CallWish) -> bool:
    newer = aliased(CallWish)
    same = (newer.participant_id == wish.participant_id, newer.kind == wish.kind, newer.id > wish.id)
    return bool(db.session.scalar(select(exists().where(*same))))


def write_down(errand: Errand, outcome: Outcome) -> None:
    """What came of it."""
    with transaction():
        call = steps.held(errand.call_id)
        wish = db.session.get_one(CallWish, errand.wish_id, populate_existing=True)
        leg = db.session.get_one(ConferenceParticipant, errand.leg_id, populate_existing=True) if errand.leg_id else None
        if wish.state != WishState.BEGUN:
            return
        if leg is not None and errand.kind is WishKind.PLACE:
            if leg.attempt == wish.attempt:
                placing.note(call, leg, wish, outcome, was_lost=errand.lost_since is not None)
            else:
                wish.state = WishState.FAILED
            return
        if leg is not None and errand.kind is WishKind.LISTEN:
            writing_down.note(call, leg, wish, outcome)
        elif wish.kind in SPEAKS:
            _saying(call, wish, outcome)
        elif wish.kind == WishKind.RECORD:
            _recording(call, errand, wish, outcome)
        elif isinstance(outcome, Done):
            wish.state = WishState.DONE
            if errand.kind in KEEPS and not wish.words:
                recording.switched(call, errand.kind, on=wish.is_on, by=wish.asked_by_id)
        elif isinstance(outcome, Refused) or wish.tries >= MOST_TRIES:
            wish.state = WishState.FAILED
            call.look_at = now()  # it is not as we believed
        else:  # to ask once more for what is so already changes nothing
            steps.put_off(wish, outcome.pause if isinstance(outcome, Later) else 1.0)


def _saying(call: Call, wish: CallWish, outcome: Outcome) -> None:
    """It is done once it was said; until then it is looked at again."""
    if isinstance(outcome, Refused):
        speaking.was_refused(call, wish)
    elif isinstance(outcome, Done):
        wish.due_at = now() + speaking.PATIENCE
    elif wish.confirmed_at is None:
        wish.due_at = now() + (timedelta(seconds=outcome.pause) if isinstance(outcome, Later) else LOOK_AGAIN)


def _recording(call: Call, errand: Errand, wish: CallWish, outcome: Outcome) -> None:
    at = now()
    running = [one for one in outcome.recordings if one.status is RecordingStatus.RUNNING] if isinstance(outcome, FoundRecordings) else []
    if isinstance(outcome, Done) and outcome.provider_id:
        wish.state = WishState.DONE
        recording.begun(call, outcome.provider_id, errand.recording_leg, is_wanted=wish.is_on)
    elif running:
        wish.state = WishState.DONE
        recording.begun(call, running[0].provider_id, errand.recording_leg, is_wanted=wish.is_on)
    elif errand.lost_since is not None and not isinstance(outcome, FoundRecordings) and at - wish.wanted_at < LOOKS_FOR:
        wish.due_at = at + (timedelta(seconds=outcome.pause) if isinstance(outcome, Later) else LOOK_AGAIN)  # it may run all the same
    elif isinstance(outcome, Refused) or wish.tries >= MOST_TRIES:
        wish.state, wish.is_on = WishState.FAILED, False
        recording.not_begun(call)
    elif isinstance(outcome, Later):
        wish.state, wish.due_at, wish.begun_at = WishState.WAITING, at + timedelta(seconds=outcome.pause), None
    elif isinstance(outcome, FoundRecordings):
        wish.state, wish.due_at, wish.begun_at = WishState.WAITING, at, None  # it never began
    else:
        wish.due_at = at + LOOK_AGAIN


def next_due() -> datetime | None:
    """When the next wish is due; None when none waits."""
    return db.session.scalar(select(CallWish.due_at).where(text(OPEN)).order_by(CallWish.due_at).limit(1))

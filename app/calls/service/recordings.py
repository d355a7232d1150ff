"""What becomes of recordings: the carrier's news, and what a worker found, move each of them to ready or failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.calls.events import RecordingChanged, RecordingsWaiting
from app.calls.models import Call, ConferenceCall, ConferenceParticipant, DirectCall, Problem, Recording, RecordingKind, RecordingState
from app.calls.queries_recordings import recording_visible_to
from app.calls.references import message_in, recorded_call_in
from app.calls.service import steps
from app.calls.service.forgetting import need_no_more
from app.calls.service.holding import hold, hold_known
from app.calls.sound_files import Heard
from app.carrier.events import RecordingMoved
from app.carrier.recordings import RecordingStatus
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.events import within
from app.core.files import FileGone

SILENCE = timedelta(seconds=90)
"""After so long without news the carrier is asked."""
SOON = timedelta(seconds=4)
LEASE = timedelta(minutes=5)
"""What a worker took up and did not finish in this time is taken up again; one file is fetched in less."""
LEASE_FOR_WORDS = timedelta(minutes=20)
"""Longer than a program may write down what was said (`engines.LONGEST`), so that no two write down the same."""
LONGEST_WAIT = timedelta(hours=24)
MOST_TRIES_OF_A_CUT_FILE = 3
WORDS_AFTER = timedelta(seconds=20)
"""The carrier's text comes after its sound; then it is asked for."""
OVER = {
    RecordingStatus.ABSENT: Problem.NOTHING_SAID,
    RecordingStatus.FAILED: Problem.CARRIER_FAILED,
    RecordingStatus.DELETED: Problem.NEVER_ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Due:
    """A recording that a worker looks at."""

    id: int
    provider_id: str
    tries: int
    is_ready: bool
    """Only its words are missing."""
    created_at: datetime
    language: str


def expect(
    call: Call, kind: RecordingKind, provider_id: str, *, language: str = "en", consent_basis: str = "", seconds: float | None = None
) -> Recording:
    """The recording that the carrier knows by this id, noted if it is new. Belongs into a transaction that holds the call."""
    already = known(provider_id)
    if already is not None:
        already.consent_basis = already.consent_basis or consent_basis
        return already
    row = Recording(
        district_id=call.district_id, call_id=call.id, kind=kind, provider_id=provider_id, language=language,
        consent_basis=consent_basis, seconds=seconds, due_at=now() + (SOON if kind == RecordingKind.VOICEMAIL else SILENCE),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # told at the same moment, in another process
        return db.session.scalars(select(Recording).where(Recording.provider_id == provider_id)).one()
    return row


def discard(call: Call, provider_id: str) -> bool:
    """Nobody wants this one: it is not brought home. False if that is known, or if it is one that may be kept."""
    row = expect(call, RecordingKind.CONFERENCE, provider_id)
    if row.consent_basis or row.is_settled:
        return False
    row.state, row.due_at = RecordingState.DELETED, None
    need_no_more(row, at_once=True)
    return True


@within(RecordingMoved)
def follow(fact: RecordingMoved) -> None:
    """The carrier's news of one. Late and repeated ones change nothing."""
    recording = hold_known(fact.provider_id) or _of_a_call(fact)
    if recording is not None and recording.state == RecordingState.PENDING:
        recording.error_code = fact.error_code or recording.error_code
        apply(recording, RecordingStatus(fact.status), fact.seconds)


def apply(recording: Recording, status: RecordingStatus, seconds: int | None = None) -> None:
    """The same, whoever brings it. Belongs into a transaction."""
    recording.seconds = recording.seconds if seconds is None else seconds
    if status in OVER:
        settle_failed(recording, OVER[status])
    elif status is RecordingStatus.READY:
        recording.due_at = now()
        open_events().append(RecordingsWaiting())
    elif status in {RecordingStatus.RUNNING, RecordingStatus.PAUSED}:
        recording.begun_at = recording.begun_at or now()
        recording.due_at = now() + SILENCE
    else:
        recording.due_at = now() + SOON


def take_up() -> list[Due]:
    """The one that a worker has to look at now, if any; nobody else gets it meanwhile."""
    with transaction():
        moment = now()
        due = select(Recording).where(Recording.due_at.is_not(None), Recording.due_at <= moment).order_by(Recording.due_at).limit(1)
        rows = db.session.scalars(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.due_at = moment + (LEASE_FOR_WORDS if row.state == RecordingState.READY else LEASE)
            row.tries += 1
        return [Due(row.id, row.provider_id, row.tries, row.state == RecordingState.READY, row.created_at, row.language) for row in rows]


def begin_fetch(recording_id: int) -> None:
    """Its sound is on the way."""
    with transaction():
        recording = hold(recording_id)
        if recording.state == RecordingState.PENDING:
            recording.state = RecordingState.FETCHING


def postpone(recording_id: int, wait: timedelta, *, begun_at: datetime | None = None) -> None:
    """Look again later; after a day nothing is expected any more."""
    with transaction():
        recording = hold(recording_id)
        if recording.is_settled:
            return
        recording.state, recording.begun_at = RecordingState.PENDING, recording.begun_at or begun_at
        if now() - recording.created_at > LONGEST_WAIT:
            settle_failed(recording, Problem.NEVER_ARRIVED)
        else:
            recording.due_at = now() + wait


def keep(recording_id: int, heard: Heard, *, file_key: str, size: int, begun_at: datetime | None) -> bool:
    """It can be heard from now on. False if somebody was faster: then the copy is not needed."""
    with transaction() as events:
        recording = hold(recording_id)
        if recording.is_settled:
            return False
        recording.state, recording.problem = RecordingState.READY, None
        recording.file_key, recording.size, recording.seconds, recording.peaks = file_key, size, heard.seconds, heard.peaks
        recording.begun_at = begun_at or recording.begun_at
        recording.due_at, recording.tries = now() + WORDS_AFTER, 0
        need_no_more(recording)
        events.append(changed(recording))
        return True


def fail(recording_id: int, problem: Problem) -> None:
    """There is nothing to hear, and `problem` says why."""
    with transaction():
        recording = hold(recording_id)
        if not recording.is_settled:
            settle_failed(recording, problem)


def settle_failed(recording: Recording, problem: Problem) -> None:
    """The same inside a change."""
    recording.state, recording.problem, recording.due_at = RecordingState.FAILED, problem, None
    open_events().append(changed(recording))


def file_of(recording_id: int) -> str:
    """The key of its sound. Raises FileGone."""
    key = db.session.scalar(select(Recording.file_key).where(Recording.id == recording_id))
    if key is None:
        raise FileGone
    return key


def seek_words_later(recording_id: int, wait: timedelta) -> None:
    """Its words could not be had now."""
    with transaction():
        hold(recording_id).due_at = now() + wait


def look_no_more(recording_id: int) -> None:
    """Nothing else is expected of it."""
    with transaction():
        hold(recording_id).due_at = None


def ask_again(staff: Staff, recording_id: int) -> Recording:
    """Have a failed one fetched once more. Raises NotVisible."""
    with transaction() as events:
        recording_visible_to(staff, recording_id)
        recording = hold(recording_id)
        if recording.state == RecordingState.FAILED:
            recording.state, recording.problem, recording.tries = RecordingState.PENDING, None, 0
            recording.created_at, recording.due_at = now(), now()
            events += [changed(recording), RecordingsWaiting()]
        return recording


def changed(recording: Recording, *, is_about_words: bool = False) -> RecordingChanged:
    """The fact about it."""
    return RecordingChanged(recording.district_id, recording.id, recording.call_id, recording.kind, recording.state, is_about_words)


def call_of(provider_call_id: str | None, conference_id: str | None = None) -> Call | None:
    """The call of which the carrier speaks: by one of its legs, or by its conference. What it does not name is not compared."""
    of_it: list[Select[int]] = []
    if provider_call_id is not None:
        is_line = or_(DirectCall.own_call_id == provider_call_id, DirectCall.far_call_id == provider_call_id)
        leg = select(ConferenceParticipant.call_id).where(ConferenceParticipant.provider_call_id == provider_call_id)
        of_it += [leg, select(DirectCall.call_id).where(is_line)]
    if conference_id is not None:
        of_it.append(select(ConferenceCall.call_id).where(ConferenceCall.provider_id == conference_id))
    if not of_it:
        return None
    return db.session.scalar(select(Call).where(or_(*(Call.id.in_(one) for one in of_it))).order_by(Call.id).limit(1))


def _of_a_call(fact: RecordingMoved) -> Recording | None:
    """Of the call that we named when we asked for it; the carrier's ids count only where we named none."""
    named = recorded_call_in(fact.reference)
    if named is not None:
        call = db.session.get(Call, named)
    else:
        call = None if message_in(fact.reference) is not None else call_of(fact.call_id, fact.conference_id)
    if call is None:
        return None
    kind = RecordingKind.CONFERENCE if call.kind == "conference" else RecordingKind.CALL
    return expect(steps.held(call.id), kind, fact.provider_id)


def known(provider_id: str) -> Recording | None:
    """The one that the carrier knows by this id, held until the commit. Belongs into a transaction that holds its call."""
    return db.session.scalar(select(Recording).where(Recording.provider_id == provider_id).with_for_update())


def is_decided(provider_id: str) -> bool:
    """Whether it is known that it may be kept, or what became of it."""
    found = db.session.scalar(select(Recording).where(Recording.provider_id == provider_id))
    return found is not None and (bool(found.consent_basis) or found.is_settled)

"""Brings recordings home: a worker asks the carrier about each that is due, with no transaction open meanwhile."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import structlog
from flask import Flask, current_app

from app.calls.engines import NoWords, engine_of
from app.calls.events import RecordingsWaiting
from app.calls.models import Problem
from app.calls.service import recordings, transcripts
from app.calls.service.recordings import MOST_TRIES_OF_A_CUT_FILE, OVER, SILENCE, SOON, Due
from app.calls.sound_files import Unheard, hear
from app.carrier.gateway import CarrierFailed, CarrierRefused, MediaRefused
from app.carrier.recordings import CarrierRecording, RecordingCarrier, RecordingStatus
from app.carrier.voice_choice import recordings_of
from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.events import on
from app.core.files import MEGABYTE, FileGone, chunks_of
from app.core.jobs import job

log = structlog.get_logger()

MOST_BYTES = 256 * MEGABYTE
"""More than four hours, the carrier's longest call, take at 8 kHz and 16 bits."""
IN_MEMORY = 4 * MEGABYTE
NOT_FOUND = "20404"
BACKOFF = (4, 15, 60, 300, 1800, 7200)
"""Seconds until the next try."""


@job()
def fetch_due() -> None:
    """Whatever is due, until nothing is."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
    while due := recordings.take_up():
        release_connection()
        for one in due:
            try:
                look_at(app, one)
            except Exception:
                log.exception("recordings.not_fetched", recording_id=one.id)
                _later(one)
            finally:
                db.session.remove()


def look_at(app: Flask, due: Due) -> None:
    """One of them."""
    carrier = recordings_of(app)
    try:
        if due.is_ready:
            _find_words(app, carrier, due)
            recordings.look_no_more(due.id)
            return
        there = carrier.look_up(due.provider_id)
        if there.status is RecordingStatus.READY:
            _bring(carrier, due, there)
        elif there.status in OVER:
            recordings.fail(due.id, OVER[there.status])
        else:
            is_made = there.status not in {RecordingStatus.RUNNING, RecordingStatus.PAUSED}
            recordings.postpone(due.id, SOON if is_made else SILENCE, begun_at=there.created_at)
    except MediaRefused as refusal:
        log.warning("recordings.refused", recording_id=due.id, reason=str(refusal))
        recordings.fail(due.id, Problem.TOO_LARGE if refusal.is_too_big else Problem.NEVER_ARRIVED)
    except CarrierRefused as refusal:
        if due.is_ready:
            recordings.look_no_more(due.id)
        elif refusal.code == NOT_FOUND and due.tries > 2:  # noqa: PLR2004  # it is not there the moment it is told of, sometimes
            recordings.fail(due.id, Problem.NEVER_ARRIVED)
        else:
            recordings.postpone(due.id, backoff(due.tries))
    except CarrierFailed as error:
        log.warning("recordings.carrier_away", recording_id=due.id, problem=type(error).__name__)
        _later(due)


def _later(due: Due) -> None:
    """Once more after a while. Its sound is waited for until it counts as lost, its words a few times."""
    if not due.is_ready:
        recordings.postpone(due.id, backoff(due.tries))
    elif due.tries > len(BACKOFF):
        recordings.look_no_more(due.id)
    else:
        recordings.seek_words_later(due.id, backoff(due.tries))


def _bring(carrier: RecordingCarrier, due: Due, there: CarrierRecording) -> None:
    recordings.begin_fetch(due.id)
    release_connection()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        file = cast("BinaryIO", spooled)
        carrier.fetch(due.provider_id, file, most_bytes=MOST_BYTES)
        try:
            heard = hear(file)
        except Unheard as nothing:
            if nothing.problem is Problem.TRUNCATED and due.tries < MOST_TRIES_OF_A_CUT_FILE:
                recordings.postpone(due.id, SOON)
            else:
                recordings.fail(due.id, nothing.problem)
            return
        file.seek(0)
        stored = file_store().save(chunks_of(file), extension=".wav", limit=MOST_BYTES)
    is_kept = recordings.keep(due.id, heard, file_key=stored.key, size=stored.size, begun_at=there.created_at)
    if not is_kept:
        file_store().delete(stored.key)


def _find_words(app: Flask, carrier: RecordingCarrier, due: Due) -> None:
    """The carrier's text that was never told, else what a program on this machine makes of the sound."""
    for text in carrier.transcriptions(due.provider_id):
        if text.status == "completed" and text.words:
            transcripts.write_text(due.id, text.words)
            return
    engine = engine_of(app)
    if engine is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder, "sound.wav")
        try:
            with file_store().open(recordings.file_of(due.id)) as source, sound.open("wb") as target:
                release_connection()
                shutil.copyfileobj(source, target)
            lines = engine.transcribe(sound, due.language)
        except (NoWords, FileGone):
            return
    transcripts.write_lines(due.id, lines, language=due.language)


def backoff(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(seconds=BACKOFF[min(tries, len(BACKOFF)) - 1])


@on(RecordingsWaiting)
def wake(_fact: RecordingsWaiting) -> None:
    """Fetch at once."""
    fetch_due.send()

"""A recording as its player shows it: the waveform, the clock, the lines that were said, or why there is nothing to hear."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.current import own_zone
from app.accounts.models import Role, Staff
from app.calls import links
from app.calls.durations import clock
from app.calls.engines import engine_of
from app.calls.models import Problem, Recording, RecordingKind, RecordingState, Transcript
from app.calls.queries_recordings import Words
from app.calls.subtitles import lines_of
from app.conversations.translation.choice import Reach, reach
from app.core import phrase_book
from app.core.language import detect
from app.core.presentation import clock_time, language_name
from app.core.presentation import gettext as _

BARS = 100
HIGHEST = 62.0
LOWEST = 3.6
LOOKED_AT = 40
"""Lines of a transcript."""
SILENCE = 4
"""Of a hundred: what a line is never below is no voice."""
HEIGHT = 64.0
STEP = 6.4
PROBLEMS: dict[str, tuple[LazyString, LazyString]] = {
    Problem.NOTHING_SAID: (_l("Nothing was said."), _l("The caller hung up, or stayed silent, after the beep. You can call back.")),
    Problem.NEVER_ARRIVED: (
        _l("The recording never arrived."),
        _l("The phone company does not have it. Fetch it again, or call back and ask."),
    ),
    Problem.CARRIER_FAILED: (_l("The phone company could not make the recording."), _l("Nothing can be fetched. Call back and ask.")),
    Problem.NOT_AUDIO: (_l("What arrived is no sound."), _l("Fetch it again. If it stays so, call back and ask.")),
    Problem.TRUNCATED: (_l("The recording arrived cut off."), _l("Fetch it again. If it stays so, call back and ask.")),
    Problem.TOO_LARGE: (_l("The recording is too large to be kept."), _l("It can be heard in the phone company’s console.")),
}
"""What happened, and what to do next."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One of the waveform."""

    x: str
    y: str
    height: str


def player_shown(words: Words, staff: Staff) -> dict[str, Any]:
    """What `calls/_player.html` needs."""
    recording, transcript = words.recording, words.transcript
    is_ready = recording.state == RecordingState.READY and recording.file_key is not None
    trouble = PROBLEMS.get(recording.problem or "") if recording.state == RecordingState.FAILED else None
    return {
        "recording": recording,
        "sound": links.page_link(recording, staff).url if is_ready else "",
        "bars": wave(tuple(recording.peaks)) if is_ready else (),
        "seconds": recording.seconds or 0.0,
        "length": clock(recording.seconds),
        "trouble": trouble,
        "may_ask_again": trouble is not None and recording.problem != Problem.NOTHING_SAID,
        "lines": lines_of(transcript, recording, rests=words.rests, others=words.others) if transcript is not None else [],
        "transcript": transcript,
        "translation": _offered(transcript, staff) if transcript is not None else None,
        "no_words": no_words(words, may_set_up=staff.role == Role.DISTRICT_ADMIN),
        "clock": clock,
    }


@dataclass(frozen=True, slots=True)
class Offer:
    """Of a translation; `why_not` where none can be hoped for."""

    why_not: str = ""


def _offered(transcript: Transcript, staff: Staff) -> Offer | None:
    """What is said in a language that is not the reader's can be translated where there is a translator, as texts are."""
    first = [line["words"] for line in transcript.lines[:LOOKED_AT]]
    foreign = [(words, source) for words in first if (source := source_of(words, transcript.language, staff.language))]
    here = reach()
    if not foreign or here is Reach.NOTHING:
        return None
    if here is Reach.ANYTHING or any(phrase_book.translate(words, source, staff.language) for words, source in foreign):
        return Offer()
    name = language_name(foreign[0][1])
    return Offer(_("Only common phrases are translated here. Ask a colleague who reads %(language)s.", language=name))


def source_of(words: str, hint: str, target: str) -> str | None:
    """In which language that is said, where it is not the reader's: in a conference several are spoken."""
    source = detect(words, hint=hint) or hint
    return None if source.partition("-")[0] == target.partition("-")[0] else source


def no_words(words: Words, *, may_set_up: bool) -> str:
    """Why there is no transcript, or that one comes: nothing is promised that nobody writes. Who runs the house reads what to set up."""
    recording, transcript = words.recording, words.transcript
    has_engine = engine_of(current_app) is not None
    # Conferences and other languages are written down while people speak; then the words are here before the sound.
    is_expected = has_engine or (recording.kind == RecordingKind.VOICEMAIL and recording.language.startswith("en"))
    if recording.state == RecordingState.FAILED:
        return _("No transcript, for there is nothing to hear.")
    if is_expected and transcript is None and (recording.due_at is not None or not recording.is_settled):
        return _("The transcript is being written. It shows up here by itself.")
    if not recording.is_settled:
        return _("Nothing is written down yet.")
    if is_expected:
        return _("No transcript: no words could be made out.")
    if recording.kind == RecordingKind.CONFERENCE:
        return _no_words_live(recording)
    said = _("No transcript: the phone company writes none of a message in %(language)s.", language=language_name(recording.language))
    set_up = _("A program on this server can; the README says how to set it up, under TRANSCRIBE_COMMAND.")
    ask = _("Listen to it, or ask your administrator to have such messages written down.")
    return f"{said} {set_up if may_set_up else ask}"


def _no_words_live(recording: Recording) -> str:
    """What is written down while people speak is lost where it did not come then: the sound tells which it was."""
    if max(recording.peaks, default=0) < SILENCE:
        return _("No transcript: nobody spoke while it was recorded.")
    since = clock_time(recording.begun_at or recording.created_at, own_zone())
    return _("No transcript: what was said from %(time)s on was not written down, and cannot be any more. Listen to it.", time=since)


@lru_cache(maxsize=64)
def wave(peaks: tuple[int, ...]) -> tuple[Bar, ...]:
    """BARS bars in a box of 640 by 64, however many peaks there are."""
    if not peaks:
        return ()
    starts = [place * len(peaks) // BARS for place in range(BARS + 1)]
    groups = [peaks[first : max(first + 1, last)] for first, last in pairwise(starts)]
    heights = [max(LOWEST, max(group) * HIGHEST / 100) for group in groups]
    return tuple(Bar(f"{place * STEP:.1f}", f"{(HEIGHT - height) / 2:.1f}", f"{height:.1f}") for place, height in enumerate(heights))

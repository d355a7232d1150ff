"""What happened in a call, in words."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from app.accounts.models import Staff
from app.calls.models import Step
from app.calls.queries_console import LineRow
from app.core.presentation import clock_time, reader_language
from app.core.presentation import gettext as _

REMEMBERED = 1_000
"""Lines that were put into words: who looks is shown the same ones again with each step."""


class Line(NamedTuple):
    """One line."""

    id: int
    time: str
    words: str


def lines_shown(lines: Sequence[LineRow], zone: str, staff: Staff) -> list[Line]:
    """Newest first."""
    language = reader_language()
    return [_line(line, zone, language, is_own=line.staff_id == staff.id) for line in lines]


@lru_cache(maxsize=REMEMBERED)
def _line(line: LineRow, zone: str, _language: str, *, is_own: bool) -> Line:
    return Line(line.id, clock_time(line.at, zone), _words(line, is_own=is_own))


def _words(line: LineRow, *, is_own: bool) -> str:
    if line.what == Step.CALLED and is_own:
        return _("You called %(name)s", name=line.leg or "")
    what = Step(line.what)
    named = _named(reader_language()).get(what) if line.person else None
    said = named or _sentences(reader_language())[what]
    return said % {"who": line.person or _("The house"), "name": line.leg or ""}


@cache
def _named(_language: str) -> dict[Step, str]:
    """Where it is known who did it."""
    return {
        Step.MUTED: _("%(who)s muted %(name)s"),
        Step.UNMUTED: _("%(who)s let %(name)s be heard again"),
        Step.HELD: _("%(who)s put %(name)s on hold"),
        Step.RESUMED: _("%(who)s brought %(name)s back"),
        Step.TONES: _("%(who)s pressed keys for %(name)s"),
        Step.RECORDING_PAUSED: _("%(who)s paused the recording"),
        Step.RECORDING_AGAIN: _("%(who)s let the recording go on"),
        Step.RECORDING_OVER: _("%(who)s stopped the recording"),
        Step.BRIEFING: _("%(who)s talks with the interpreter in private"),
        Step.ENDED: _("%(who)s ended the call"),
    }


@cache
def _sentences(_language: str) -> dict[Step, str]:
    """With their gaps still open: `who` wanted it, `name` is whom it was about."""
    return {
        Step.CALLED: _("%(who)s called %(name)s"),
        Step.RANG_AGAIN: _("%(name)s is called again"),
        Step.JOINED: _("%(name)s joined"),
        Step.LEFT: _("%(name)s left"),
        Step.NO_ANSWER: _("%(name)s didn’t answer"),
        Step.NO_KEY: _("%(name)s’s phone was picked up, but no key was pressed"),
        Step.BUSY: _("%(name)s was busy"),
        Step.FAILED: _("%(name)s could not be called"),
        Step.VOICEMAIL: _("Voicemail picked up for %(name)s"),
        Step.REMOVED: _("%(name)s was taken out"),
        Step.MUTED: _("%(name)s was muted"),
        Step.UNMUTED: _("%(name)s is heard again"),
        Step.HELD: _("%(name)s was put on hold"),
        Step.RESUMED: _("%(name)s was brought back"),
        Step.SAID: _("A voice says what %(who)s wrote"),
        Step.TONES: _("Keys were pressed for %(name)s"),
        Step.RECORDING_ASKED: _("%(who)s began a recording, and everybody is told"),
        Step.RECORDING: _("Recording began"),
        Step.RECORDING_AGAIN: _("Recording goes on"),
        Step.RECORDING_PAUSED: _("Recording paused"),
        Step.REST_UNTOLD: _("Recording rests until everyone who hears has heard the notice"),
        Step.REST_SHUT: _("Recording rests while the line on which it runs is muted or on hold"),
        Step.RECORDING_MOVED: _("%(name)s left, on whose line the recording ran: it goes on on another line, as a second recording"),
        Step.RECORDING_OVER: _("Recording stopped"),
        Step.LINE_LEFT: _("Recording stopped: the line on which it ran left the call"),
        Step.STOPPED_UNTOLD: _("Recording stopped: somebody could not be told of it"),
        Step.RECORDING_ENDED: _("Recording stopped: the phone company ended it"),
        Step.NOT_RECORDED: _("The recording could not begin"),
        Step.BRIEFING: _("Private talk with the interpreter"),
        Step.BRIEFED: _("The private talk is over"),
        Step.LOCKED: _("%(who)s locked the call"),
        Step.UNLOCKED: _("%(who)s unlocked the call"),
        Step.ENDED: _("The call ended"),
    }

"""What happened in a call, in words."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from app.accounts.models import Staff
from app.calls.models import Step
from app.calls.queries_console import LineRow
from app.core.presentation import clock_time, reader_language
from app.core.presentation import gettext as _


class Line(NamedTuple):
    """One line."""

    id: int
    time: str
    words: str


def lines_shown(lines: Sequence[LineRow], zone: str, staff: Staff) -> list[Line]:
    """Newest first."""
    return [Line(line.id, clock_time(line.at, zone), _words(line, staff)) for line in lines]


def _words(line: LineRow, staff: Staff) -> str:
    if line.what == Step.CALLED and line.staff_id == staff.id:
        return _("You called %(name)s", name=line.leg or "")
    said = _sentences(reader_language())[Step(line.what)]
    return said % {"who": line.person or _("The house"), "name": line.leg or ""}


@cache
def _sentences(_language: str) -> dict[Step, str]:
    """With their gaps still open: `who` wanted it, `name` is whom it was about."""
    return {
        Step.CALLED: _("%(who)s called %(name)s"),
        Step.RANG_AGAIN: _("%(name)s is called again"),
        Step.JOINED: _("%(name)s joined"),
        Step.LEFT: _("%(name)s left"),
        Step.NO_ANSWER: _("%(name)s didn’t answer"),
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
        Step.RECORDING_OVER: _("Recording stopped"),
        Step.NOT_RECORDED: _("The recording could not begin"),
        Step.BRIEFING: _("Private talk with the interpreter"),
        Step.BRIEFED: _("The private talk is over"),
        Step.ENDED: _("The call ended"),
    }

"""What happened in a call, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts.models import Staff
from app.calls.models import CallLine, Step
from app.core.presentation import clock_time
from app.core.presentation import gettext as _


@dataclass(frozen=True, slots=True)
class Line:
    """One line."""

    id: int
    time: str
    words: str


def lines_shown(lines: Sequence[tuple[CallLine, str | None, str | None]], zone: str, staff: Staff) -> list[Line]:
    """Newest first."""
    return [Line(line.id, clock_time(line.at, zone), _words(line, leg or "", person or "", staff)) for line, leg, person in lines]


def _words(line: CallLine, name: str, person: str, staff: Staff) -> str:
    who = person or _("The house")
    is_own = line.staff_id == staff.id
    return {
        Step.CALLED: _("%(who)s called %(name)s", who=who, name=name) if not is_own else _("You called %(name)s", name=name),
        Step.RANG_AGAIN: _("%(name)s is called again", name=name),
        Step.JOINED: _("%(name)s joined", name=name),
        Step.LEFT: _("%(name)s left", name=name),
        Step.NO_ANSWER: _("%(name)s didn’t answer", name=name),
        Step.BUSY: _("%(name)s was busy", name=name),
        Step.FAILED: _("%(name)s could not be called", name=name),
        Step.VOICEMAIL: _("Voicemail picked up for %(name)s", name=name),
        Step.REMOVED: _("%(name)s was taken out", name=name),
        Step.MUTED: _("%(name)s was muted", name=name),
        Step.UNMUTED: _("%(name)s is heard again", name=name),
        Step.HELD: _("%(name)s was put on hold", name=name),
        Step.RESUMED: _("%(name)s was brought back", name=name),
        Step.SAID: _("A voice says what %(who)s wrote", who=who),
        Step.TONES: _("Keys were pressed for %(name)s", name=name),
        Step.RECORDING_ASKED: _("%(who)s began a recording, and everybody is told", who=who),
        Step.RECORDING: _("Recording"),
        Step.RECORDING_PAUSED: _("Recording paused"),
        Step.RECORDING_OVER: _("Recording stopped"),
        Step.NOT_RECORDED: _("The recording could not begin"),
        Step.BRIEFING: _("Private talk with the interpreter"),
        Step.BRIEFED: _("The private talk is over"),
        Step.ENDED: _("The call ended"),
    }[Step(line.what)]

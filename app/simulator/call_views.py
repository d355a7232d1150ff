"""What a handset shows of a call, and what the school learns of it beside: read models for the page."""

import sqlite3
from dataclasses import dataclass

from flask_babel import gettext as _

from app.simulator import call_posts, calls
from app.simulator.call_behaviour import FAX, VOICEMAIL
from app.simulator.calls import DONE, RINGING, Call
from app.simulator.phone_views import REDIRECTION, FeedLine, exact_time

SPOKEN = frozenset({"heard", "said", "spoke", "trouble"})
RINGS, TALKS, OVER = "ringing", "talking", "over"
KEYPAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"), ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"),
    ("*", ""), ("0", "+"), ("#", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of what is heard or done on a phone. `lead` is the words in front, in the reader's language."""

    id: int
    lead: str
    words: str
    language: str


def state_of(call: Call) -> str:
    """Which of its three screens a phone shows."""
    if call.phase == DONE:
        return OVER
    return RINGS if call.phase == RINGING else TALKS


def is_machine(call: Call) -> bool:
    """Whether a voicemail or a fax has answered, so that the person only looks on."""
    return call.answered is not None and call.fate.answers in {VOICEMAIL, FAX}


def captions(connection: sqlite3.Connection, call: Call, *, after: int = 0) -> list[Caption]:
    """What happened on a call after the line `after`."""
    shown = []
    for line in calls.lines_of(connection, call.id, after=after):
        lead = {
            "heard": _("You hear:") if not is_machine(call) else _("The voicemail hears:"),
            "tones": _("You hear the tones of %(keys)s.", keys=line.words), "pressed": _("You pressed %(key)s.", key=line.words),
            "sound": _("A recording of %(seconds)s s is played.", seconds=line.words),
            "beep": _("Beep."), "trouble": _("Then the line breaks:"), "end": _("The call is over."), "said": _("You hear:"),
            "spoke": _("You say:"), "calls": _("You call the school."), "joined": _("You are in a conference."),
            "connected": _("You are connected."), "waits": _("You wait in line."), "mute": _("Nobody hears you now."),
            "unmute": _("You are heard again."), "hold": _("You are on hold."), "unhold": _("You are back in the conference."),
        }.get(line.kind)  # fmt: skip
        if lead is not None:
            words = line.words if line.kind in SPOKEN else ""
            shown.append(Caption(line.id, lead, words, line.language if line.kind in SPOKEN - {"trouble"} else "en"))
    return shown


def feed(connection: sqlite3.Connection, call: Call, zone: str, *, after: int = 0) -> list[FeedLine]:
    """What the school was told of a call and asked about it, newest first."""
    rows = [row for row in call_posts.of_call(connection, call.id) if row["id"] > after and row["tries"]]
    return [_line(row, zone) for row in reversed(rows)]


def _line(row: sqlite3.Row, zone: str) -> FeedLine:
    icons = {
        "queued": "clock", "ringing": "phone", "in-progress": "phone-incoming", "completed": "checks", "script": "microphone",
        "conference-start": "users", "participant-join": "user-plus", "participant-leave": "user-minus",
        "participant-mute": "microphone-off",
        "participant-unmute": "microphone", "participant-hold": "player-pause", "participant-unhold": "phone",
        "announcement-end": "volume", "recording-in-progress": "player-record", "recording-completed": "player-record",
        "transcription-started": "file-text", "transcription-content": "file-text", "transcription-stopped": "file-text",
        "transcription-completed": "file-text", "detection": "robot", "action": "phone",
    }  # fmt: skip
    sentences = {
        "queued": _("The call is placed"), "ringing": _("The phone rings"), "in-progress": _("Somebody or something answered"),
        "completed": _("The call is over"), "busy": _("The line is busy"), "no-answer": _("Nobody answers"),
        "failed": _("The number cannot be called"), "canceled": _("The school ended the call"),
        "script": _("The school is asked what to say"), "action": _("The school is told how it went"),
        "conference-start": _("The conference begins"), "conference-end": _("The conference is over"),
        "participant-join": _("Joined the conference"), "participant-leave": _("Left the conference"),
        "participant-mute": _("Muted"), "participant-unmute": _("Unmuted"), "participant-hold": _("Put on hold"),
        "participant-unhold": _("Taken off hold"), "announcement-end": _("An announcement was played"),
        "announcement-fail": _("An announcement could not be played"), "recording-in-progress": _("A recording begins"),
        "recording-completed": _("A recording is ready"), "recording-absent": _("There is no recording"),
        "transcription-completed": _("A transcript is ready"), "transcription-failed": _("There is no transcript"),
        "transcription-started": _("Words are written down from here"), "transcription-content": _("Words were written down"),
        "transcription-stopped": _("Words are no longer written down"), "detection": _("What answered is told"),
    }  # fmt: skip
    is_trouble = row["answer"] is None or row["answer"] >= REDIRECTION
    sentence = sentences.get(row["kind"], row["kind"])
    if row["answer"] is None:
        sentence += _(", but the school could not be told: %(problem)s", problem=row["problem"])
    elif is_trouble:
        sentence += _(", but the school answered %(code)s", code=row["answer"])
    icon = "alert-triangle" if is_trouble else icons.get(row["kind"], "phone-end")
    return FeedLine(row["id"], icon, sentence, exact_time(row["at"], zone), "warn" if is_trouble else "")

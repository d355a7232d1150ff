"""Calls between staff and families."""

from app.calls.models.calls import FINAL, Call, CallKind, CallState
from app.calls.models.conferences import LIVE, OVER, ConferenceCall, ConferenceParticipant, LegState, PartRole, RecordingNow
from app.calls.models.direct import DirectCall, Outcome, Softphone, Stage, Way
from app.calls.models.lines import RESTS, CallLine, Step
from app.calls.models.number_lines import LineAgent, NumberLine
from app.calls.models.recordings import Problem, Recording, RecordingKind, RecordingState, Transcript, TranscriptSource, TranscriptState
from app.calls.models.wishes import OPEN, SPEAKS, CallWish, WishKind, WishState

__all__ = [
    "FINAL",
    "LIVE",
    "OPEN",
    "OVER",
    "RESTS",
    "SPEAKS",
    "Call",
    "CallKind",
    "CallLine",
    "CallState",
    "CallWish",
    "ConferenceCall",
    "ConferenceParticipant",
    "DirectCall",
    "LegState",
    "LineAgent",
    "NumberLine",
    "Outcome",
    "PartRole",
    "Problem",
    "Recording",
    "RecordingKind",
    "RecordingNow",
    "RecordingState",
    "Softphone",
    "Stage",
    "Step",
    "Transcript",
    "TranscriptSource",
    "TranscriptState",
    "Way",
    "WishKind",
    "WishState",
]

"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call, or one leg of it, looks different now."""

    name: ClassVar[str] = "call.changed"
    district_id: int
    call_id: int
    participant_id: int | None
    version: int
    """Of the call, after the change."""
    is_conference: bool


@dataclass(frozen=True, slots=True)
class WishesWaiting:
    """Somebody wants something of a call: the worker may be woken, and finds it by itself otherwise."""

    name: ClassVar[str] = "call.wished"
    is_urgent: ClassVar[bool] = True
    call_id: int


@dataclass(frozen=True, slots=True)
class VoicemailLeft:
    """Somebody left a message after the beep; the carrier has its sound. Told once, in the commit that wrote its `Recording` down."""

    name: ClassVar[str] = "voicemail.left"
    district_id: int
    call_id: int
    recording_id: int


@dataclass(frozen=True, slots=True)
class WordsSaid:
    """What somebody said in a call was written down."""

    name: ClassVar[str] = "call.words_said"
    district_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class RecordingsWaiting:
    """A recording is ready to be fetched: the worker may be woken, and finds it by itself otherwise."""

    name: ClassVar[str] = "recording.waiting"


@dataclass(frozen=True, slots=True)
class LineChanged:
    """Somebody came into an office's line, or left it."""

    name: ClassVar[str] = "line.changed"
    district_id: int
    school_id: int


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """A recording can be heard now, or never; or its words came."""

    name: ClassVar[str] = "recording.changed"
    district_id: int
    recording_id: int
    call_id: int
    kind: str
    state: str
    is_about_words: bool
    """Its words came, or none will: of its sound this tells nothing new."""

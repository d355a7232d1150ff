"""Programs on this machine that turn sound into text, for those who want no stranger to hear it, or whose carrier writes nothing.

TRANSCRIBE_COMMAND is such a program with its options; `{file}` and `{language}` are filled in, and it prints WebVTT or SRT. It runs
in a process of its own, with a limit of time, and without a shell.
"""

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from flask import Flask

from app.calls.subtitles import SpokenLine, read_vtt
from app.config import Settings

log = structlog.get_logger()

LONGEST = 900
"""Seconds that it may take."""
MOST_TEXT = 2_000_000


class NoWords(Exception):
    """The program could not be run, took too long, or said that it failed."""


class TranscriptEngine(Protocol):
    """What writes down a sound."""

    def transcribe(self, sound: Path, language: str) -> Sequence[SpokenLine]:
        """The lines that were said; none for a sound without words. Raises NoWords. Never called in a transaction."""


@dataclass(frozen=True, slots=True)
class CommandEngine:
    """A program that prints subtitles."""

    command: str

    def transcribe(self, sound: Path, language: str) -> Sequence[SpokenLine]:
        """Run it."""
        try:
            words = [part.format(file=str(sound), language=language) for part in shlex.split(self.command)]
            done = subprocess.run(words, check=True, capture_output=True, timeout=LONGEST, stdin=subprocess.DEVNULL)  # noqa: S603  # the operator's own words, and no shell
            return read_vtt(done.stdout[:MOST_TEXT].decode(errors="replace"))
        except (OSError, subprocess.SubprocessError, LookupError, ValueError) as error:  # the last two: braces or times that mean nothing
            log.warning("recordings.not_transcribed", problem=type(error).__name__)
            raise NoWords from error


def engine_of(app: Flask) -> TranscriptEngine | None:
    """The one that is set up, if any."""
    settings: Settings = app.extensions["settings"]
    given: TranscriptEngine | None = app.extensions.get("transcript_engine")
    return given or (CommandEngine(settings.transcribe_command) if settings.transcribe_command else None)

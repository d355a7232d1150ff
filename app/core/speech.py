"""Words as sound, spoken by a program of this machine: espeak-ng speaks, and ffmpeg makes an MP3 of it. Neither asks anybody outside."""

import shutil
import subprocess  # nosec B404
from functools import lru_cache

LIMIT = 30.0
"""Seconds that either program may take."""
SPEED = "165"


class Speechless(Exception):  # the name says what is missing
    """This machine has no such program, or it failed."""


def wav_of(words: str, language: str) -> bytes:
    """A WAV file; its header says that it is endless. Raises Speechless, also for a language that the program does not speak."""
    return _run([_program("espeak-ng", "espeak"), "-v", language, "-s", SPEED, "--stdin", "--stdout"], words.encode())


def mp3_of(words: str, language: str) -> bytes:
    """The same as an MP3 that phones and browsers play. Raises Speechless."""
    command = [
        _program("ffmpeg"), "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe", "-f", "wav", "-i", "pipe:0",
        "-map_metadata", "-1", "-ac", "1", "-b:a", "48k", "-f", "mp3", "pipe:1",
    ]  # fmt: skip
    return _run(command, wav_of(words, language))


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603  # no shell; what people wrote comes on standard input
            command, input=given, capture_output=True, timeout=LIMIT, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Speechless from error
    if not done.stdout:
        raise Speechless
    return done.stdout


@lru_cache(maxsize=4)
def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise Speechless
    return found

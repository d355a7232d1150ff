"""Sound for words: spoken by espeak-ng where this machine has it, and otherwise tones as long as the words take."""

import array
import io
import math
import sys
import wave
from functools import lru_cache

from app.core import speech
from app.simulator import twiml

RATE = 8000
LONGEST_SECONDS = 120
TONES = (220.0, 262.0, 294.0, 330.0, 392.0)
LOUDNESS = 6000
SAMPLE_BYTES = 2
STEP = 4096


@lru_cache(maxsize=64)
def spoken(words: str, language: str) -> bytes:
    """16-bit samples at RATE of `words`."""
    return _by_espeak(words, language) or tones(twiml.seconds_of(words), len(words))


def _by_espeak(words: str, language: str) -> bytes | None:
    if not words:
        return None
    voice = (language or "en").replace("_", "-").split("-")[0].lower()
    for chosen in (voice, "en"):
        try:
            return samples_of(speech.wav_of(words, chosen))
        except speech.Speechless:
            continue
    return None


def tones(seconds: float, seed: int = 0) -> bytes:
    """A little melody, so that one hears that something is said, and how long."""
    count = int(min(seconds, LONGEST_SECONDS) * RATE)
    made = array.array("h", bytes(SAMPLE_BYTES * count))
    syllable = RATE // 4
    for index in range(count):
        step, within = divmod(index, syllable)
        swell = math.sin(math.pi * within / syllable)
        made[index] = int(LOUDNESS * swell * math.sin(2 * math.pi * TONES[(step + seed) % len(TONES)] * index / RATE))
    return made.tobytes()


def samples_of(content: bytes) -> bytes | None:
    """The sound of a WAV file as 16-bit samples at RATE, one channel; None where it is no such file."""
    try:
        with wave.open(io.BytesIO(_mended(content))) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            if width not in {1, 2} or not 1 <= channels <= 8 or not 1000 <= rate <= 192_000:  # noqa: PLR2004
                return None
            raw = file.readframes(rate * LONGEST_SECONDS)
    except (wave.Error, EOFError):
        return None
    if width == 1:
        values = array.array("h", ((byte - 128) << 8 for byte in raw))
    else:
        values = array.array("h", raw[: len(raw) - len(raw) % SAMPLE_BYTES])
        if sys.byteorder == "big":
            values.byteswap()
    values = values[::channels]
    count = int(len(values) * RATE / rate)
    return array.array("h", (values[min(index * rate // RATE, len(values) - 1)] for index in range(count))).tobytes() if values else b""


def _mended(content: bytes) -> bytes:
    """A WAV file written to a pipe says that it is endless: give it its true length."""
    place = content.find(b"data", 12, 4096)
    if content[:4] != b"RIFF" or place < 0:
        return content
    length = min(int.from_bytes(content[place + 4 : place + 8], "little"), len(content) - place - 8)
    return (
        content[:4]
        + (len(content) - 8).to_bytes(4, "little")
        + content[8 : place + 4]
        + length.to_bytes(4, "little")
        + content[place + 8 :]
    )

"""Making the sound file of a recording from its parts, a second at a time, so that memory stays small."""

import array
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.simulator import voices
from app.simulator.voices import RATE, SAMPLE_BYTES

LONGEST_SECONDS = 4 * 3600
LOUDEST = 32767


@dataclass(frozen=True, slots=True)
class Part:
    """Something to be heard from `start` on."""

    start: float
    call_id: int
    words: str
    language: str
    seconds: float
    load: Callable[[], bytes] | None
    """Fetches its sound file, when it is time for it."""

    def samples(self) -> bytes:
        """Its sound."""
        if self.load is not None:
            return voices.samples_of(self.load()) or voices.tones(self.seconds)
        return voices.spoken(self.words, self.language)


def mix(parts: list[Part], seconds: float, path: Path) -> int:
    """Write a WAV file of at least `seconds`. Returns how many whole seconds it has. Who speaks finishes before they speak again."""
    length = min(seconds, LONGEST_SECONDS)
    free: dict[int, int] = {}
    waiting = sorted(parts, key=lambda part: part.start)
    sounding: list[tuple[int, bytes]] = []
    second, written = 0, 0
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        while second < LONGEST_SECONDS and (waiting or sounding or second < length):
            begin, end = second * RATE, (second + 1) * RATE
            while waiting and max(int(waiting[0].start * RATE), free.get(waiting[0].call_id, 0)) < end:
                part = waiting.pop(0)
                samples = part.samples()
                first = max(int(part.start * RATE), free.get(part.call_id, 0))
                free[part.call_id] = first + len(samples) // SAMPLE_BYTES
                sounding.append((first, samples))
            stop = (
                end if waiting or second + 1 <= length else max([begin + int((length - second) * RATE), *(_end(one) for one in sounding)])
            )
            stop = min(stop, end)
            file.writeframes(_second(sounding, begin, stop))
            written += stop - begin
            sounding = [one for one in sounding if _end(one) > end]
            second += 1
    return round(written / RATE)


def _end(one: tuple[int, bytes]) -> int:
    return one[0] + len(one[1]) // SAMPLE_BYTES


def _second(sounding: list[tuple[int, bytes]], begin: int, end: int) -> bytes:
    """What is heard between two samples, all sounds together."""
    heard = [one for one in sounding if one[0] < end and _end(one) > begin]
    mixed = array.array("h", bytes(max(0, end - begin) * SAMPLE_BYTES))
    for first, samples in heard:
        start, stop = max(begin, first), min(end, first + len(samples) // SAMPLE_BYTES)
        piece = array.array("h", samples[(start - first) * SAMPLE_BYTES : (stop - first) * SAMPLE_BYTES])
        place = start - begin
        if len(heard) == 1:
            mixed[place : place + len(piece)] = piece
        else:
            for index, value in enumerate(piece, place):
                mixed[index] = max(-LOUDEST, min(LOUDEST, mixed[index] + value))
    if sys.byteorder == "big":
        mixed.byteswap()
    return mixed.tobytes()

"""Sounds for the invented voicemails: nobody's voice, but a murmur with the breaks of somebody who speaks."""

import math
import random
import struct
from functools import lru_cache

RATE = 8000
SYLLABLE = RATE // 5
PITCHES = (105.0, 118.0, 131.0, 147.0, 165.0, 185.0)
LOUDNESS = (8, 14, 22, 30, 42, 55, 80)
BREATH = 0.6
SILENCE = bytes([128])


def murmur(stretches: list[float], seconds: int, seed: int) -> bytes:
    """A WAV file (8 kHz, 8 bits) of `seconds`: somebody speaks for each of these stretches of seconds, and breathes after it."""
    chance = random.Random(seed)
    spoken = []
    for stretch in stretches:
        syllables = max(1, round((stretch - BREATH) * RATE / SYLLABLE))
        spoken += [_syllable(chance.choice(PITCHES), chance.choice(LOUDNESS)) for _each in range(syllables)]
        spoken.append(SILENCE * int(RATE * BREATH))
    length = RATE * seconds
    samples = (b"".join(spoken) + SILENCE * length)[:length]
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8, b"data", length)
    return head + samples


@lru_cache(maxsize=64)
def _syllable(pitch: float, loudness: int) -> bytes:
    made = bytearray()
    for index in range(SYLLABLE):
        swell = math.sin(math.pi * index / SYLLABLE)
        turn = 2 * math.pi * pitch * index / RATE
        made.append(128 + int(loudness * swell * (0.7 * math.sin(turn) + 0.3 * math.sin(2.7 * turn))))
    return bytes(made)

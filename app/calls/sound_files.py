"""Reading recordings: how long they last and how loud they are, in stretches, so that hours of sound take no memory and little time."""

import array
import struct
import sys
from dataclasses import dataclass
from typing import BinaryIO

from app.calls.models import Problem
from app.core.content_types import HEAD_BYTES, WAV, judge

PEAKS = 200
LOUDEST = 100
AT_MOST = 16_384
"""Samples that are looked at of each stretch: four hours cost no more than a few minutes do."""
SHORTEST = 0.3
"""Seconds. Less is a click, and nobody spoke."""
PCM, A_LAW, MU_LAW, EXTENSIBLE = 1, 6, 7, 0xFFFE
ENDLESS = 0x7FFFF000
"""Programs that write to a pipe give such a length; then the end of the file is the end."""
_SHAPE = struct.Struct("<HHIIHH")


class Unheard(Exception):
    """There is nothing to hear in it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Heard:
    """How long it lasts, and how loud each of PEAKS equal stretches gets, from 0 to LOUDEST."""

    seconds: float
    peaks: list[int]


@dataclass(frozen=True, slots=True)
class _Wave:
    code: int
    channels: int
    rate: int
    width: int
    start: int
    length: int


def hear(file: BinaryIO) -> Heard:
    """Read a WAV file from its beginning. Raises Unheard for one that is empty, cut off, or no sound at all."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise Unheard(Problem.NOTHING_SAID)
    if judge(head) is not WAV:
        raise Unheard(Problem.NOT_AUDIO)
    wave = _wave_of(file)
    frame = wave.channels * wave.width
    frames = wave.length // frame
    if frames < wave.rate * SHORTEST:
        raise Unheard(Problem.NOTHING_SAID)
    levels = []
    for number in range(PEAKS):
        first, last = number * frames // PEAKS, (number + 1) * frames // PEAKS
        file.seek(wave.start + first * frame)
        levels.append(_loudness(file.read(max(1, min(last - first, AT_MOST)) * frame), wave))
    top = max(levels) or 1
    return Heard(frames / wave.rate, [round(level * LOUDEST / top) for level in levels])


def _wave_of(file: BinaryIO) -> _Wave:
    size = file.seek(0, 2)
    file.seek(12)
    shape: tuple[int, int, int, int] | None = None
    while len(chunk := file.read(8)) == 8:  # noqa: PLR2004  # a name and a length
        name, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"fmt ":
            shape = _shape(file.read(min(length + length % 2, 4096)))
        elif name == b"data":
            start = file.tell()
            if shape is None:
                raise Unheard(Problem.NOT_AUDIO)
            there = size - start
            if length > there and length < ENDLESS:
                raise Unheard(Problem.TRUNCATED)
            return _Wave(*shape, start, min(length, there))
        else:
            file.seek(length + length % 2, 1)
    raise Unheard(Problem.TRUNCATED if shape else Problem.NOT_AUDIO)


def _shape(body: bytes) -> tuple[int, int, int, int]:
    """Code, channels, rate and bytes a sample. Raises Unheard for what no carrier sends."""
    if len(body) < _SHAPE.size:
        raise Unheard(Problem.TRUNCATED)
    code, channels, rate, _per_second, _align, bits = _SHAPE.unpack(body[: _SHAPE.size])
    if code == EXTENSIBLE and len(body) >= 26:  # noqa: PLR2004  # the code proper stands behind the extension's head
        code = struct.unpack("<H", body[24:26])[0]
    is_known = (code, bits) in {(PCM, 8), (PCM, 16), (A_LAW, 8), (MU_LAW, 8)}
    if not is_known or not 1 <= channels <= 8 or not 4000 <= rate <= 192_000:  # noqa: PLR2004
        raise Unheard(Problem.NOT_AUDIO)
    return code, channels, rate, bits // 8


def _loudness(data: bytes, wave: _Wave) -> int:
    if wave.width == 1:
        if not data:
            return 0
        return max(abs(byte - 128) for byte in set(data)) if wave.code == PCM else max(_COMPANDED[wave.code][byte] for byte in set(data))
    samples = array.array("h", data[: len(data) - len(data) % 2])
    if sys.byteorder == "big":
        samples.byteswap()
    highest, lowest = (max(samples), min(samples)) if samples else (0, 0)
    return max(highest, -lowest)


def _mu_law(byte: int) -> int:
    value = ~byte & 0xFF
    return (((value & 0x0F) << 3) + 0x84 << ((value & 0x70) >> 4)) - 0x84


def _a_law(byte: int) -> int:
    value = byte ^ 0x55
    step, within = (value & 0x70) >> 4, (value & 0x0F) << 4
    return within + 8 if step == 0 else within + 0x108 << step - 1


_COMPANDED = {MU_LAW: [_mu_law(byte) for byte in range(256)], A_LAW: [_a_law(byte) for byte in range(256)]}
"""How far from silence each byte is."""

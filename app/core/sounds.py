"""Sounds that a phone line can play: how long they are, and whether carriers take them as they are.

Carriers play MP3 and plain WAV (PCM of 8 or 16 bits, mu-law, A-law); everything else is turned into WAV of 8 kHz by ffmpeg where
the machine has it. A phone line carries no more than that.
"""

import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from app.core.content_types import AMR, M4A, MP3, MP4, OGG, THREE_GP, WAV, FileType
from app.core.uploads import UploadRefused, Why

SOUNDS: frozenset[FileType] = frozenset({WAV, MP3, M4A, OGG, AMR, MP4, THREE_GP})
PATIENCE = 40
"""Seconds that ffmpeg may take."""
_PCM, _A_LAW, _MU_LAW = 1, 6, 7
_PLAIN_BITS = {_PCM: (8, 16), _A_LAW: (8,), _MU_LAW: (8,)}
_DEMUXERS = {WAV: "wav", MP3: "mp3", M4A: "mov", MP4: "mov", THREE_GP: "mov", OGG: "ogg", AMR: "amr"}
_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_TAG = 10
_SKIPPED = 128 * 1024
"""Bytes of rubbish between two frames before it counts as the end."""


@dataclass(frozen=True, slots=True)
class Sound:
    """How long it is, and whether it can be played over a phone line as it is."""

    seconds: float
    is_plain: bool


def measure(file: BinaryIO, kind: FileType) -> Sound | None:
    """What a WAV or an MP3 is; None for a damaged one, and for every other kind."""
    file.seek(0)
    if kind is WAV:
        return _measure_wav(file)
    return _measure_mp3(file.read()) if kind is MP3 else None


def converted(data: bytes, kind: FileType, *, most_seconds: float) -> bytes:
    """The same as WAV of 8 kHz, mono, 16 bits, cut after `most_seconds`. Raises UploadRefused."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise UploadRefused(_("This sound is of a kind that phone lines do not play. Save it as MP3 or WAV."), why=Why.KIND)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out.wav")
        source.write_bytes(data)
        command = [
            ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "file",
            "-f", _DEMUXERS[kind], "-i", str(source), "-vn", "-t", str(most_seconds), "-ac", "1", "-ar", "8000", "-c:a", "pcm_s16le",
            "-map_metadata", "-1", "-fflags", "+bitexact",
            "-f", "wav", str(target),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)  # noqa: S603  # no shell, and our own words
            return target.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise UploadRefused(_("This sound cannot be read. Save it again as MP3 or WAV."), why=Why.LIES) from error


def _measure_wav(file: BinaryIO) -> Sound | None:
    head = file.read(12)
    shape: tuple[int, int, int] | None = None
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    while len(chunk := file.read(8)) == 8:  # noqa: PLR2004  # a name and a length
        name, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"fmt ":
            body = file.read(length + length % 2)
            if len(body) < 16:  # noqa: PLR2004  # the shortest description
                return None
            code, _channels, _rate, bytes_per_second, _align, bits = struct.unpack("<HHIIHH", body[:16])
            shape = (code, bytes_per_second, bits)
        elif name == b"data":
            start = file.tell()
            there = file.seek(0, 2) - start
            if shape is None or not shape[1]:
                return None
            return Sound(min(length, there) / shape[1], shape[2] in _PLAIN_BITS.get(shape[0], ()))
        else:
            file.seek(length + length % 2, 1)
    return None


def _measure_mp3(data: bytes) -> Sound | None:
    """Adds up the frames; what does not look like one is skipped."""
    at, seconds, frames, lost = _after_tag(data), 0.0, 0, 0
    while at + 4 <= len(data):
        frame = _frame(data[at : at + 4])
        if frame is None:
            at, lost = at + 1, lost + 1
            if lost > _SKIPPED:
                break
            continue
        length, lasts = frame
        at, seconds, frames, lost = at + length, seconds + lasts, frames + 1, 0
    return Sound(seconds, is_plain=True) if frames > 1 else None


def _after_tag(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < _TAG:
        return 0
    size = 0
    for byte in data[6:_TAG]:
        size = size << 7 | byte & 0x7F
    return _TAG + size


def _frame(head: bytes) -> tuple[int, float] | None:
    """The length in bytes and seconds of the layer III frame that begins with `head`."""
    if head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004  # eleven ones, then layer III
        return None
    version, rate, speed = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in {0, 15} or speed == 3:  # noqa: PLR2004  # reserved
        return None
    per_second = _RATES[version][speed]
    bits = _BITRATES[1 if version == 3 else 2][rate] * 1000  # noqa: PLR2004  # MPEG 1
    samples = 1152 if version == 3 else 576  # noqa: PLR2004
    return samples // 8 * bits // per_second + (head[2] >> 1 & 1), samples / per_second

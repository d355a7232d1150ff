"""A transcript as files: WebVTT and SRT for players, plain text for people."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from app.calls.models import Recording, Transcript

SENTENCE = re.compile(r"(?<!\bMs\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSr\.)(?<!\bSra\.)(?<=[.!?…])\s+(?=\S)|(?<=[。\uff1f\uff01])")
SHORTEST_LINE = 24
"""Characters; a sentence that is shorter stands in a line with the one before it."""
LONGEST_LINE = 120
LAST_LINE = 4.0
"""Seconds that a line counts whose end nobody told."""
MIME = {"vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """Something that was said between two moments of a recording, in seconds."""

    start: float
    end: float
    speaker: str
    words: str


def lines_of(
    transcript: Transcript, recording: Recording | None, *, rests: Sequence[tuple[datetime, datetime | None]] = (),
    others: Sequence[datetime] = (),
) -> list[SpokenLine]:  # fmt: skip
    """What it says, in order. Lines that came live count from the beginning of the recording, without the time in which it rested.

    Of a call that was recorded twice, each recording has the lines that were said before the next began.
    """
    if not transcript.lines or "at" not in transcript.lines[0]:
        return [SpokenLine(one["start"], one["end"], one.get("speaker", ""), one["words"]) for one in transcript.lines]
    said = [(datetime.fromisoformat(one["at"]), one) for one in transcript.lines]
    begun = (recording.begun_at if recording is not None else None) or said[0][0]
    if recording is not None and recording.begun_at is None and others:
        begun = recording.created_at
    after = min((at for at in others if at > begun), default=None)
    is_first = not any(at < begun for at in others)
    said = [(at, one) for at, one in said if (is_first or at >= begun) and (after is None or at < after)]
    if not said:
        return []
    starts = [max(0.0, (at - begun - _rested(rests, begun, at)).total_seconds()) for at, _one in said]
    ends = [min(later, start + 2 * LAST_LINE) for start, later in zip(starts, [*starts[1:], starts[-1] + LAST_LINE], strict=True)]
    return [
        SpokenLine(start, max(start, end), one.get("speaker", ""), one["words"])
        for start, end, (_at, one) in zip(starts, ends, said, strict=True)
    ]


def _rested(rests: Sequence[tuple[datetime, datetime | None]], begun: datetime, at: datetime) -> timedelta:
    """For how long nothing was recorded between these two moments."""
    return sum((max(timedelta(), min(end or at, at) - max(start, begun)) for start, end in rests), timedelta())


def shared_out(words: str, seconds: float) -> list[SpokenLine]:
    """Sentences of a text without times, each with its share of the length."""
    sentences = _joined(piece for sentence in SENTENCE.split(" ".join(words.split())) for piece in _short(sentence))
    whole = sum(map(len, sentences)) or 1
    lines, at = [], 0.0
    for sentence in sentences:
        end = at + seconds * len(sentence) / whole
        lines.append(SpokenLine(round(at, 2), round(end, 2), "", sentence))
        at = end
    return lines


def as_file(lines: Sequence[SpokenLine], ending: str) -> str:
    """The lines as `vtt`, `srt` or `txt`."""
    if ending == "txt":
        return "".join(f"{_clock(line.start)} {line.speaker + ': ' if line.speaker else ''}{line.words}\n" for line in lines)
    if ending == "vtt":
        cues = [
            f"{_stamp(line.start, '.')} --> {_stamp(_after(line), '.')}\n{_voice(line)}{escape(line.words, quote=False)}\n"
            for line in lines
        ]
        return "WEBVTT\n\n" + "\n".join(cues)
    return "\n".join(
        f"{number}\n{_stamp(line.start, ',')} --> {_stamp(_after(line), ',')}\n{line.speaker + ': ' if line.speaker else ''}{line.words}\n"
        for number, line in enumerate(lines, start=1)
    )


def read_vtt(text: str) -> list[SpokenLine]:
    """The cues of a WebVTT or SRT file, as transcribing programs write it; what is no cue is left out."""
    lines = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        times = re.search(r"(\d[\d:.,]*)\s*-->\s*(\d[\d:.,]*)[^\n]*\n(.+)", block, re.DOTALL)
        if times is None:
            continue
        words = " ".join(re.sub(r"<[^>]*>", "", times[3]).split())
        if words:
            lines.append(SpokenLine(_seconds(times[1]), _seconds(times[2]), "", words))
    return lines


def _joined(sentences: Iterable[str]) -> list[str]:
    """Short ones with the one before."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and len(sentence) < SHORTEST_LINE and len(joined[-1]) + len(sentence) < LONGEST_LINE:
            joined[-1] += f" {sentence}"
        else:
            joined.append(sentence)
    return joined


def _short(sentence: str) -> list[str]:
    """In pieces of at most LONGEST_LINE, cut between words."""
    pieces: list[str] = []
    for word in sentence.split():
        if pieces and len(pieces[-1]) + len(word) < LONGEST_LINE:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces


def _voice(line: SpokenLine) -> str:
    return f"<v {escape(line.speaker, quote=False)}>" if line.speaker else ""


def _after(line: SpokenLine) -> float:
    return max(line.end, line.start + 0.001)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _stamp(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{rest:03d}"


def _seconds(stamp: str) -> float:
    value = 0.0
    for part in stamp.replace(",", ".").strip(".").split(":"):
        value = value * 60 + float(part or 0)
    return value

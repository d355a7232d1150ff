"""The text of finished recordings: what was said into them, or that it could not be made out."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from app.simulator import calls, chores, tapes
from app.simulator.board import Board
from app.simulator.messages import new_sid
from app.simulator.tapes import Tape

WORKING, READY, FAILED = "in-progress", "completed", "failed"
WORKING_SECONDS = 3.0
UNDERSTOOD = "en"


@dataclass(frozen=True, slots=True)
class Transcription:
    """The text of a recording."""

    id: int
    sid: str
    tape_id: int
    status: str
    words: str
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The transcription in `row`."""
        return cls(**dict(row))


def begin(board: Board, tape: Tape) -> None:
    """It takes a moment."""
    row = board.connection.execute(
        "INSERT INTO transcriptions (sid, tape_id, status, created) VALUES (?, ?, ?, ?) RETURNING id",
        (new_sid("TR"), tape.id, WORKING, board.at),
    ).fetchone()
    board.later(chores.TRANSCRIBE, row["id"], WORKING_SECONDS)


def finish(board: Board, transcription_id: int) -> None:
    """Write down what was said, and tell the school."""
    one = Transcription.of(board.connection.execute("SELECT * FROM transcriptions WHERE id = ?", (transcription_id,)).fetchone())
    tape = tapes.by_id(board.connection, one.tape_id)
    if tape is None:
        return
    spoken = [row for row in tapes.parts(board.connection, tape.id) if row["speaks"] and row["words"]]
    words = " ".join(row["words"] for row in spoken)
    is_understood = all((row["language"] or UNDERSTOOD).startswith(UNDERSTOOD) for row in spoken)  # as at the real carrier
    fails = not words or not is_understood or tape.fate == tapes.MUTE or board.network.happens(board.network.faults.failed_transcripts)
    status = FAILED if fails else READY
    board.connection.execute("UPDATE transcriptions SET status = ?, words = ? WHERE id = ?", (status, "" if fails else words, one.id))
    call = calls.by_id(board.connection, tape.call_id or 0)
    if call is None:
        return
    form = {
        "TranscriptionSid": one.sid, "TranscriptionStatus": status, "TranscriptionText": "" if fails else words,
        "TranscriptionType": "fast", "RecordingSid": tape.sid, "RecordingUrl": tapes.url_of(board, tape), "CallSid": call.sid,
        "CallStatus": call.status, "From": call.handset, "To": call.school, "Direction": call.direction,
    }  # fmt: skip
    board.post(call, f"transcription-{status}", tape.transcribe_callback or "", form)


def of_tape(connection: sqlite3.Connection, tape_id: int) -> list[Transcription]:
    """The texts of a recording."""
    rows = connection.execute("SELECT * FROM transcriptions WHERE tape_id = ? ORDER BY id", (tape_id,))
    return [Transcription.of(row) for row in rows]

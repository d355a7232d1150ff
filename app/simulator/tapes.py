"""Recordings: what is heard while one runs is noted as its parts; when it ends, a sound file is made of them (`mixing`)."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from app.simulator import chores
from app.simulator.board import Board
from app.simulator.calls import Call
from app.simulator.messages import new_sid

RUNNING, PAUSED, PROCESSING, READY, ABSENT = "in-progress", "paused", "processing", "completed", "absent"
LOST, MUTE, SPOILT = "lost", "mute", "spoilt"
MIXING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording as the network keeps it. `length` is what was recorded before `running_since`, in seconds of the call."""

    id: int
    sid: str
    call_id: int | None
    conference_id: int | None
    source: str
    status: str
    callback: str
    events: str
    transcribe_callback: str | None
    length: float
    running_since: float | None
    seconds: int | None
    fate: str
    created: float
    updated: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The recording in `row`."""
        return cls(**dict(row))


def start(
    board: Board, call: Call, *, source: str, callback: str = "", events: str = "completed", conference_id: int | None = None,
    transcribe_callback: str | None = None,
) -> Tape:  # fmt: skip
    """Begin to record a call, or with `conference_id` the whole conference."""
    fate = call.fate.tapes
    faults = board.network.faults
    if not fate and board.network.happens(faults.lost_recordings):
        fate = LOST
    row = board.connection.execute(
        "INSERT INTO tapes (sid, call_id, conference_id, source, status, callback, events, transcribe_callback, running_since, fate,"
        " created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (new_sid("RE"), call.id, conference_id, source, RUNNING, callback, events or "completed", transcribe_callback, board.at, fate,
         board.at, board.at),
    ).fetchone()  # fmt: skip
    tape = Tape.of(row)
    board.note(call, "taped")
    tell(board, tape, call, RUNNING)
    return tape


def pause(board: Board, tape: Tape) -> None:
    """Leave out what follows."""
    _set(board, tape, PAUSED, _length(board, tape), None)


def go_on(board: Board, tape: Tape) -> None:
    """Record again."""
    _set(board, tape, RUNNING, tape.length, board.at)


def stop(board: Board, tape: Tape) -> float:
    """It is over; the file is made. Returns how many seconds it has."""
    length = _length(board, tape)
    _set(board, tape, PROCESSING, length, None)
    board.later(chores.MIX, tape.id, MIXING_SECONDS)
    return length


def stop_all(board: Board, *, call_id: int | None = None, conference_id: int | None = None) -> None:
    """Stop what still runs on a call, or of a conference."""
    for tape in _open(board.connection, "call_id = ? AND conference_id IS NULL" if conference_id is None else "conference_id = ?",
                      (call_id if conference_id is None else conference_id,)):  # fmt: skip
        stop(board, tape)


def forget(board: Board, tape: Tape) -> None:
    """Nothing was said into it: as if it had not been."""
    board.connection.execute("DELETE FROM tapes WHERE id = ?", (tape.id,))


def hearing(connection: sqlite3.Connection, call_ids: list[int], conference_id: int | None) -> list[Tape]:
    """The recordings that run on one of these calls, or of that conference."""
    marks = ", ".join("?" for _ in call_ids)
    return _open(
        connection, f"running_since IS NOT NULL AND ((conference_id IS NULL AND call_id IN ({marks})) OR conference_id = ?)",
        (*call_ids, conference_id or -1),
    )  # fmt: skip


def hear(board: Board, tape: Tape, utterance_id: int) -> None:
    """Note a part."""
    board.connection.execute(
        "INSERT INTO tape_parts (tape_id, utterance_id, start) VALUES (?, ?, ?)", (tape.id, utterance_id, _length(board, tape))
    )


def has_speech(connection: sqlite3.Connection, tape: Tape) -> bool:
    """Whether anybody said anything into it."""
    return connection.execute(
        "SELECT 1 FROM tape_parts JOIN utterances ON utterances.id = utterance_id WHERE tape_id = ? AND speaks = 1 LIMIT 1", (tape.id,)
    ).fetchone() is not None  # fmt: skip


def parts(connection: sqlite3.Connection, tape_id: int) -> list[sqlite3.Row]:
    """What it is made of, in order."""
    return connection.execute(
        "SELECT start, utterance_id, call_id, speaks, words, language, seconds, sound IS NOT NULL AS has_sound FROM tape_parts"
        " JOIN utterances ON utterances.id = utterance_id WHERE tape_id = ? ORDER BY start",
        (tape_id,),
    ).fetchall()


def sound_of(connection: sqlite3.Connection, utterance_id: int) -> bytes:
    """The sound file of a part that has one."""
    row = connection.execute("SELECT sound FROM utterances WHERE id = ?", (utterance_id,)).fetchone()
    return bytes(row["sound"]) if row is not None and row["sound"] is not None else b""


def by_id(connection: sqlite3.Connection, tape_id: int) -> Tape | None:
    """The recording with our id."""
    row = connection.execute("SELECT * FROM tapes WHERE id = ?", (tape_id,)).fetchone()
    return None if row is None else Tape.of(row)


def by_sid(connection: sqlite3.Connection, sid: str) -> Tape | None:
    """The recording with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM tapes WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Tape.of(row)


def matching(
    connection: sqlite3.Connection, *, call_id: int | None = None, conference_id: int | None = None, before: int | None = None, limit: int
) -> list[Tape]:  # fmt: skip
    """The newest recordings that fit, older than the id `before`."""
    rows = connection.execute(
        "SELECT * FROM tapes WHERE (?1 IS NULL OR call_id = ?1) AND (?2 IS NULL OR conference_id = ?2) AND (?3 IS NULL OR id < ?3)"
        " ORDER BY id DESC LIMIT ?4",
        (call_id, conference_id, before, limit),
    )
    return [Tape.of(row) for row in rows]


def tell(board: Board, tape: Tape, call: Call, status: str, seconds: int | None = None) -> None:
    """Tell the school, if it asked for it, or nothing where the recording is to be lost."""
    if status not in tape.events.split() or (tape.fate == LOST and status == READY):
        return
    board.post(call, f"recording-{status}", tape.callback, form_of(board, tape, call, status, seconds))


def form_of(board: Board, tape: Tape, call: Call, status: str, seconds: int | None) -> dict[str, str]:
    """What webhooks say of a recording."""
    form = {
        "RecordingSid": tape.sid, "RecordingStatus": status, "RecordingChannels": "1", "RecordingSource": tape.source,
        "RecordingTrack": "both", "ErrorCode": "0", "RecordingUrl": url_of(board, tape),
    }  # fmt: skip
    if seconds is not None:
        form["RecordingDuration"] = str(seconds)
    if tape.conference_id is not None:
        row = board.connection.execute("SELECT sid FROM conferences WHERE id = ?", (tape.conference_id,)).fetchone()
        return form | {"ConferenceSid": row["sid"]}
    return form | {"CallSid": call.sid}


def url_of(board: Board, tape: Tape) -> str:
    """Where the sound is, without the ending of its type."""
    return f"{board.settings.public_url}/2010-04-01/Accounts/{board.settings.account_sid}/Recordings/{tape.sid}"


def finish(board: Board, tape: Tape, status: str, seconds: int) -> None:
    """The file is there, or nothing will be."""
    board.connection.execute("UPDATE tapes SET status = ?, seconds = ?, updated = ? WHERE id = ?", (status, seconds, board.at, tape.id))


def _length(board: Board, tape: Tape) -> float:
    return tape.length + (board.passed(tape.running_since) if tape.running_since is not None else 0.0)


def _open(connection: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> list[Tape]:
    rows = connection.execute(
        f"SELECT * FROM tapes WHERE status IN ('in-progress', 'paused') AND {condition} ORDER BY id", values  # noqa: S608  # nosec B608
    )  # fmt: skip
    return [Tape.of(row) for row in rows.fetchall()]


def _set(board: Board, tape: Tape, status: str, length: float, since: float | None) -> None:
    board.connection.execute(
        "UPDATE tapes SET status = ?, length = ?, running_since = ?, updated = ? WHERE id = ?", (status, length, since, board.at, tape.id)
    )

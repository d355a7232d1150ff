"""`<Record>`: somebody speaks after the beep."""

from app.simulator import tapes
from app.simulator.board import Board
from app.simulator.calls import TAPING, Call
from app.simulator.twiml import Verb

LONGEST = 3600.0
USUAL_SILENCE = 5.0
PATIENCE = 30.0
"""Seconds that whoever has the phone in hand may think before the silence counts: of their life, however quick the network's is."""


def begin(board: Board, call: Call, verb: Verb, rest: list[Verb]) -> None:
    """The beep, and the tape runs."""
    asks = verb.asks
    transcribes = asks.get("transcribe") == "true" or bool(asks.get("transcribeCallback"))
    text_url = asks.get("transcribeCallback", "") if transcribes else None
    tape = tapes.start(
        board, call, source="RecordVerb", callback=asks.get("recordingStatusCallback", ""),
        events=asks.get("recordingStatusCallbackEvent", "completed"), transcribe_callback=text_url,
    )  # fmt: skip
    board.note(call, "beep")
    silence, longest = _seconds(asks.get("timeout"), USUAL_SILENCE), _seconds(asks.get("maxLength"), LONGEST)
    said = {
        "tape": tape.sid,
        "finish": asks.get("finishOnKey", "1234567890*#"),
        "silence": str(silence),
        "until": str(board.at + board.scaled(longest)),
    }
    board.suspend(call, TAPING, rest, action=asks.get("action", call.url), said_along=said)
    wait_on(board, board.now(call.id) or call, 0.0)


def wait_on(board: Board, call: Call, speaks: float) -> None:
    """Let it run while somebody speaks, and through a silence."""
    silence = board.scaled(float(call.said_along.get("silence", USUAL_SILENCE)))
    if board.is_in_hand(call.handset):
        silence = max(silence, PATIENCE)
    until = float(call.said_along.get("until", board.at + LONGEST))
    board.change(call, due=min(board.at + board.scaled(speaks) + silence, until))


def close(board: Board, call: Call, key: str) -> dict[str, str] | None:
    """The message is over: by a key, by hanging up, or by silence. What the action is told; None if nobody said anything."""
    tape = tapes.by_sid(board.connection, call.said_along.get("tape", ""))
    if tape is None:
        return None
    if not tapes.has_speech(board.connection, tape):
        tapes.forget(board, tape)
        return None
    seconds = int(tapes.stop(board, tape))
    return {"RecordingSid": tape.sid, "RecordingUrl": tapes.url_of(board, tape), "RecordingDuration": str(seconds), "Digits": key}


def finish(board: Board, call: Call, key: str) -> None:
    """Go on with the script after the message; what was silent has no action."""
    said = close(board, call, key)
    if said is None and call.suspended:
        board.change(call, suspended=call.suspended | {"action": ""})
        call = board.now(call.id) or call
    board.resume(call, said or {})


def _seconds(given: str | None, usual: float) -> float:
    return float(given) if given and given.isdigit() else usual

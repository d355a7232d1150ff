"""Doing chores: what answered, a limit of time, the file of a recording and its text, an announcement."""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from app.simulator import calls, chores, departures, meetings, mixing, speech, tape_files, tapes, transcriptions, twiml
from app.simulator.board import Board
from app.simulator.call_behaviour import FAX, VOICEMAIL
from app.simulator.chores import Chore
from app.simulator.settings import SimulatorSettings
from app.simulator.webhooks import Caller

HUMAN = "human"
NOTHING_SPOILT = 64


class Errands:
    """What needs the school's answer or a while of work is done before anything is written."""

    def __init__(self, caller: Caller, settings: SimulatorSettings, board: Callable[[], AbstractContextManager[Board]]) -> None:
        """Work with the exchange's board."""
        self._caller, self._settings, self._board = caller, settings, board
        self._kinds: dict[str, Callable[[Chore], None]] = {
            chores.LIMIT: self._limit, chores.DETECT: self._detect, chores.MIX: self._mix, chores.TRANSCRIBE: self._transcribe,
            chores.ANNOUNCE: self._announce, chores.ANNOUNCED: self._announced,
        }  # fmt: skip

    def do(self, chore: Chore) -> None:
        """Do one."""
        self._kinds[chore.kind](chore)

    def _limit(self, chore: Chore) -> None:
        with self._board() as board:
            call = board.now(chore.about) if chores.done(board.connection, chore) else None
            if call is not None:
                departures.end(board, call, "completed", "limit")

    def _detect(self, chore: Chore) -> None:
        with self._board() as board:
            call = board.now(chore.about) if chores.done(board.connection, chore) else None
            if call is None:
                return
            heard = {VOICEMAIL: "machine_end_beep", FAX: "fax"}.get(call.fate.answers, HUMAN)
            # Not by `change`: it would take the call out of the hands that just ask for its script.
            board.connection.execute("UPDATE calls SET answered_by = ? WHERE id = ?", (heard, call.id))
            if call.fate.answers == VOICEMAIL:
                board.note(call, "beep")
            form = {
                "CallSid": call.sid,
                "AnsweredBy": heard,
                "MachineDetectionDuration": str(int((board.at - (call.answered or 0)) * 1000)),
            }
            board.post(call, "detection", call.detection_url, form)

    def _mix(self, chore: Chore) -> None:
        with self._board() as board:
            tape = tapes.by_id(board.connection, chore.about)
            rows = tapes.parts(board.connection, chore.about) if tape is not None else []
        seconds = 0
        if tape is not None:
            path = tape_files.path_of(self._settings, tape.sid)
            seconds = mixing.mix([self._part(row) for row in rows], tape.length, path)
            if tape.fate == tapes.SPOILT:
                path.write_bytes(secrets.token_bytes(NOTHING_SPOILT))
        with self._board() as board:
            if not chores.done(board.connection, chore) or tape is None:
                return
            call = calls.by_id(board.connection, tape.call_id or 0)
            status = tapes.ABSENT if seconds == 0 or tape.fate == tapes.LOST else tapes.READY
            tapes.finish(board, tape, status, seconds)
            if call is None:
                return
            tapes.tell(board, tape, call, status, seconds)
            if tape.transcribe_callback is not None and status == tapes.READY:
                transcriptions.begin(board, tape)

    def _part(self, row: sqlite3.Row) -> mixing.Part:
        def load() -> bytes:
            with self._board() as board:
                return tapes.sound_of(board.connection, row["utterance_id"])

        return mixing.Part(row["start"], row["call_id"], row["words"], row["language"], row["seconds"], load if row["has_sound"] else None)

    def _transcribe(self, chore: Chore) -> None:
        with self._board() as board:
            if chores.done(board.connection, chore):
                transcriptions.finish(board, chore.about)

    def _announce(self, chore: Chore) -> None:
        """Ask for the script of an announcement, and say it to all of a conference or to one in it."""
        with self._board() as board:
            conference = meetings.by_id(board.connection, chore.about)
        form = {
            "AccountSid": self._settings.account_sid, "ApiVersion": "2010-04-01", "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
        }  # fmt: skip
        answer = self._caller.post(chore.plan["url"], form, f"{conference.sid}-{chore.id}")
        try:
            verbs = twiml.read(answer.body, chore.plan["url"]) if answer.status == 200 else []  # noqa: PLR2004  # OK
        except twiml.NotUnderstood:
            verbs = []
        said = [verb for verb in verbs if verb.do in {"say", "keys"}]
        with self._board() as board:
            if not chores.done(board.connection, chore):
                return
            call_id = chore.plan.get("call")
            for verb in said:
                if verb.do == "keys":
                    if call_id is not None and (call := board.now(call_id)) is not None:
                        board.note(call, "tones", verb.words)
                elif call_id is None:
                    speech.announce(board, conference, verb.words, verb.language, verb.seconds)
                elif (call := board.now(call_id)) is not None:
                    board.note(call, "heard", verb.words, verb.language)
                    speech.play(board, call, verb.words, verb.language, seconds=verb.seconds)
            event = "announcement-end" if said else "announcement-fail"
            board.later(chores.ANNOUNCED, conference.id, sum(verb.seconds for verb in said), event=event, url=chore.plan["url"])

    def _announced(self, chore: Chore) -> None:
        with self._board() as board:
            conference = meetings.by_id(board.connection, chore.about)
            present = meetings.members(board.connection, conference.id)
            if chores.done(board.connection, chore) and present:
                meetings.tell(board, conference, chore.plan["event"], present[0][1], AnnounceUrl=chore.plan["url"])

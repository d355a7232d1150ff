"""The telephone exchange: it rings, hears who answers, plays what the school's script says, and tells the school."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from app.simulator import (
    call_posts,
    calls,
    chores,
    departures,
    handsets,
    messages_left,
    placing,
    playing,
    sounds,
    speech,
    tapes,
    twiml,
)
from app.simulator.board import Board
from app.simulator.call_behaviour import BUSY, FAILED, FAX, HAND, NO_SUCH_NUMBER, NOBODY, PERSON, VOICEMAIL, Fate, fate_of_tapes
from app.simulator.calls import ASKING, DIALLING, GREETING, INBOUND, PLAYING, RINGING, TAPING, Call, CallOrder
from app.simulator.crew import Crew
from app.simulator.errands import Errands
from app.simulator.network import Network
from app.simulator.settings import SimulatorSettings
from app.simulator.twiml import Verb
from app.simulator.webhooks import Caller

LEASE_MARGIN = 5.0
DIAL_SECONDS, LISTENING_SECONDS, GREETING_SECONDS = 0.5, 2.0, 5.0
CHORE_LEASE = 60.0
MOST_SOUND = 20 * 1024 * 1024
HEARD_AS = {PERSON: "human", VOICEMAIL: "machine_end_beep", FAX: "fax"}
IN_HAND_FOR = 4.0
"""Seconds after a page last asked for news of a phone during which somebody has it in hand."""


class Exchange:
    """Rings, plays and tells. Its threads start with the first call or page."""

    def __init__(self, network: Network, settings: SimulatorSettings) -> None:
        """Work for `network`; no thread runs yet."""
        self._network, self._settings = network, settings
        self._caller = Caller(settings.auth_token, settings.webhook_timeout, settings.webhook_threads)
        self._errands = Errands(self._caller, settings, self.board)
        self._crew = Crew("exchange", settings.webhook_threads, do_next=self.do_next, next_due=self._next_due)
        self._held: dict[str, float] = {}

    def open(self) -> None:
        """Start the threads of this process, if they do not run."""
        self._crew.open()

    def close(self) -> None:
        """End the threads after what they have in hand."""
        self._crew.close(self._settings.webhook_timeout + LEASE_MARGIN)

    def settle(self, seconds: float) -> bool:
        """Wait until every call is over and told; False if that takes longer than `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._network.storage.reading() as connection:
                if not any(found(connection) for found in (calls.how_many_open, call_posts.how_many, chores.how_many)):
                    return True
            time.sleep(0.01)
        return False

    def hold(self, number: str) -> None:
        """Somebody has this phone open on the page: calls ring until they do something."""
        self._held[number] = time.monotonic()

    def let_go(self, number: str) -> None:
        """Nobody has this phone in hand any more."""
        self._held.pop(number, None)

    def place(self, order: CallOrder) -> tuple[Call, Fate]:
        """Keep a call and begin it. Raises Refusal; then nothing is kept, unless its fate says so."""
        with self.board() as board:
            placed = placing.place(board, order)
        self.open()
        return placed

    def call_in(self, handset: str, school: str, url: str, *, status_callback: str = "", along: dict[str, str] | None = None) -> Call:
        """A phone, or one in a browser, calls the school, whose script is at `url`."""
        order = CallOrder(school, handset, url, status_callback, direction=INBOUND, said_along=along or {})
        with self.board() as board:
            call = calls.add(board.connection, order, Fate(HAND, tapes=fate_of_tapes(handset)), board.at)
            board.note(call, "calls", school)
        self.open()
        return call

    @contextmanager
    def board(self) -> Iterator[Board]:
        """The switchboard in a transaction of its own; what became due in it is done afterwards."""
        with self._network.storage.transaction() as connection:
            yield Board(connection, time.time(), self._network, self._settings, self.is_in_hand)
        self._crew.wake()

    def is_in_hand(self, number: str) -> bool:
        """Whether somebody has that phone open."""
        return time.monotonic() - self._held.get(number, -IN_HAND_FOR) < IN_HAND_FOR

    def answer(self, call: Call, *, by: str = PERSON) -> bool:
        """The ringing phone is answered, by a person or by its voicemail. False if it does not ring any more."""
        return self._act(call, lambda board, now: self._pick_up(board, now, by) if now.is_ringing else None)

    def decline(self, call: Call) -> bool:
        """The ringing phone is busy."""
        return self._act(call, lambda board, now: departures.end(board, now, "busy") if now.is_ringing else None)

    def hang_up(self, call: Call, *, by: str) -> bool:
        """Either side ends the call: who called before it is answered has it canceled, who is called does not take it."""

        def end(board: Board, now: Call) -> None:
            is_callers = (by == "school") != (now.direction == INBOUND)
            unanswered = "canceled" if is_callers else "no-answer"
            departures.end(board, now, "completed" if now.answered is not None else unanswered, by)

        return self._act(call, end)

    def press(self, call: Call, key: str) -> bool:
        """A key is pressed on the phone."""
        return self._act(call, lambda board, now: playing.press(board, now, key))

    def speak(self, call: Call, words: str, language: str = "", sound: bytes | None = None) -> bool:
        """The person on the phone says something, or lets a sound be heard."""

        def say(board: Board, now: Call) -> None:
            if now.answered is None:
                return
            seconds = speech.speak(
                board, now, words, language, sound=sound, seconds=sounds.seconds_of(sound) if sound is not None else None
            )
            if now.phase == TAPING:
                messages_left.wait_on(board, now, seconds)

        return self._act(call, say)

    def redirect(self, call: Call, url: str) -> bool:
        """The school leads a call elsewhere."""
        return self._act(call, lambda board, now: departures.redirect(board, now, url))

    def _act(self, call: Call, act: Callable[[Board, Call], Any]) -> bool:
        with self.board() as board:
            now = board.now(call.id)
            if now is None:
                return False
            act(board, now)
        return True

    def _next_due(self) -> float | None:
        with self._network.storage.reading() as connection:
            moments = [found.next_due(connection) for found in (calls, call_posts, chores)]
        return min((moment for moment in moments if moment is not None), default=None)

    def do_next(self) -> bool:
        """Tell one thing, do one chore, or go on with one call. False if nothing is due."""
        due = self._next_due()
        if due is None or due > time.time():
            return False
        lease = self._settings.webhook_timeout + LEASE_MARGIN
        with self._network.storage.transaction() as connection:
            post = call_posts.take(connection, time.time(), lease)
            chore = None if post else chores.take(connection, time.time(), CHORE_LEASE)
            call = None if post or chore else calls.take(connection, time.time(), lease)
        if post is not None:
            self._tell_school(post)
        elif chore is not None:
            self._errands.do(chore)
        elif call is not None:
            self._go_on(call)
        return any(one is not None for one in (post, chore, call))

    def _tell_school(self, post: call_posts.Post) -> None:
        answer = self._caller.post(post.url, post.form, f"{post.call_id}-{post.id}")
        delays = self._settings.retry_delays
        again = time.time() + delays[post.tries] if not answer.is_heard and post.tries < len(delays) else None
        with self._network.storage.transaction() as connection:
            call_posts.close(connection, post, answer.status, answer.problem, again)

    def _go_on(self, call: Call) -> None:
        """The next step of a call. What needs the school's answer is asked before anything is written."""
        fresh = self._ask(call) if call.phase == ASKING else None
        sound = self._sound(call.script[0].words) if call.phase == PLAYING and call.script and call.script[0].do == "play" else None
        with self.board() as board:
            if not calls.is_still(board.connection, call):
                return
            if call.phase == DIALLING:
                self._dial(board, call)
            elif call.phase == RINGING:
                self._nobody_came(board, call)
            elif call.phase == GREETING:
                board.note(call, "beep" if call.fate.answers == VOICEMAIL else "answer")
                board.change(call, phase=_after_answer(call), due=board.at, answered_by=HEARD_AS[call.fate.answers])
            elif call.phase == ASKING and fresh is not None:
                self._heard(board, call, *fresh)
            elif call.phase == PLAYING:
                playing.play(board, call, sound)
            elif call.phase == TAPING:
                messages_left.finish(board, call, "")

    def _heard(self, board: Board, call: Call, script: list[Verb] | None, answer: int | None, problem: str | None) -> None:
        call_posts.keep(board.connection, call.id, "script", board.at, url=call.url, answer=answer, problem=problem)
        if script is None:
            board.note(call, "trouble", problem or f"the school answered {answer}")
            departures.end(board, call, "completed" if call.answered is not None else "failed")
            return
        if call.answered is None and not (script and script[0].do == "reject"):
            call = board.tell(replace(call, answered=board.at), "in-progress")
            board.change(call, status="in-progress", answered=board.at)
            board.note(call, "answer")
        board.change(call, phase=PLAYING, due=board.at, script=script, gather=None, keys="", said_along={})

    def _dial(self, board: Board, call: Call) -> None:
        call = board.tell(call, "queued")
        if call.fate.answers == BUSY:
            departures.end(board, call, "busy")
        elif call.fate.answers == FAILED:
            departures.end(board, replace(call, sip=NO_SUCH_NUMBER), "failed")
        else:
            board.note(call, "ring")
            call = board.tell(call, "ringing", DIAL_SECONDS / 1000)
            faults = self._network.faults
            rings = call.ring_seconds if call.fate.answers in {NOBODY, HAND} else min(faults.answers_after, call.ring_seconds)
            board.change(call, status="ringing", phase=RINGING, due=board.at + board.scaled(rings))

    def _nobody_came(self, board: Board, call: Call) -> None:
        """It rang as long as it was to ring."""
        is_out = self._network.faults.answers_after >= call.ring_seconds
        if call.fate.answers == HAND and handsets.by_number(board.connection, call.handset).does_not_answer:
            self._pick_up(board, call, VOICEMAIL)
        elif call.fate.answers in {NOBODY, HAND} or is_out:
            departures.end(board, call, "no-answer")
        else:
            self._pick_up(board, call, call.fate.answers)

    def _pick_up(self, board: Board, call: Call, who: str) -> None:
        fate = replace(call.fate, answers=who)
        call = board.tell(replace(call, fate=fate, answered=board.at), "in-progress")
        board.note(call, "answer", who)
        listens = GREETING_SECONDS if who == VOICEMAIL else LISTENING_SECONDS
        phase = GREETING if call.detects else _after_answer(call)
        due = board.at + board.scaled(listens if call.detects else 0.0)
        board.change(call, status="in-progress", answered=board.at, fate=fate, phase=phase, due=due)
        if call.detection_url:
            board.later(chores.DETECT, call.id, listens)
        if call.longest:
            board.later(chores.LIMIT, call.id, call.longest)
        if call.tape_callback is not None:
            tapes.start(board, call, source="OutboundAPI", callback=call.tape_callback, events="in-progress completed absent")

    def _ask(self, call: Call) -> tuple[list[Verb] | None, int | None, str | None]:
        """The script that the school wants played now, or None and what was wrong with its answer."""
        with self._network.storage.reading() as connection:
            parent = calls.by_id(connection, call.parent_id) if call.parent_id is not None else None
        status = "in-progress" if call.answered is not None else "ringing"
        form = call_posts.form_of(call, self._settings.account_sid, status, parent.sid if parent else "") | call.said_along
        if call.gather is not None:
            form["Digits"] = call.keys
        answer = self._caller.post(call.url, form, f"{call.sid}-{call.sequence}-{len(call.keys)}")
        if answer.status != 200:  # noqa: PLR2004  # OK
            return None, answer.status, answer.problem
        try:
            return twiml.read(answer.body, call.url), answer.status, None
        except twiml.NotUnderstood as error:
            return None, answer.status, str(error)

    def _sound(self, url: str) -> bytes | None:
        found = self._caller.listen(url, MOST_SOUND)
        return None if found is None else found[0]


def _after_answer(call: Call) -> str:
    """A call has its script from an address, or from where it was dialled."""
    return ASKING if call.url else PLAYING

"""The telephone exchange: it rings, hears who answers, plays what the school's script says, and tells the school."""

import time
from dataclasses import replace
from sqlite3 import Connection
from typing import Any

from app.simulator import call_posts, calls, handsets, numbers, sounds, twiml
from app.simulator.call_behaviour import BUSY, FAILED, FAX, HAND, NO_SUCH_NUMBER, NOBODY, PERSON, VOICEMAIL, Fate, fate_of
from app.simulator.calls import ASKING, DIALLING, DONE, GREETING, PLAYING, RINGING, Call, CallOrder
from app.simulator.crew import Crew
from app.simulator.network import Network
from app.simulator.refusals import refuse
from app.simulator.settings import SimulatorSettings
from app.simulator.twiml import Verb
from app.simulator.webhooks import Caller
from app.simulator.wire import is_phone_number, is_web_address

LEASE_MARGIN = 5.0
DIAL_SECONDS, LISTENING_SECONDS, GREETING_SECONDS = 0.5, 2.0, 5.0
AFTER_A_KEY = 5.0
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
                if not calls.how_many_open(connection) and not call_posts.how_many(connection):
                    return True
            time.sleep(0.01)
        return False

    def hold(self, number: str) -> None:
        """Somebody has this phone open on the page: calls ring until they do something."""
        self._held[number] = time.monotonic()

    def place(self, order: CallOrder) -> tuple[Call, Fate]:
        """Keep a call and begin it. Raises Refusal; then nothing is kept, unless its fate says so."""
        _check(order)
        faults, now = self._network.faults, time.time()
        with self._network.storage.transaction() as connection:
            handset = handsets.by_number(connection, order.to)
            fate = fate_of(
                handset, faults, self._network.random, calls_before=calls.how_many_before(connection, order.to),
                is_in_hand=time.monotonic() - self._held.get(order.to, -IN_HAND_FOR) < IN_HAND_FOR,
            )  # fmt: skip
            if fate.refusal is not None and not fate.keeps:
                raise refuse(fate.refusal, to=order.to)
            if 0 < faults.most_calls <= calls.how_many_open(connection):
                raise refuse(10004)
            if numbers.by_number(connection, order.sender) is None:
                if not faults.adopts_senders:
                    raise refuse(21210, sender=order.sender)
                numbers.own(connection, order.sender, at=now)
            call = calls.add(connection, order, fate, now)
        self.open()
        self._crew.wake()
        return call, fate

    def answer(self, call: Call, *, by: str = PERSON) -> bool:
        """The ringing phone is answered, by a person or by its voicemail. False if it does not ring any more."""
        return self._act(call, lambda connection, now, at: self._pick_up(connection, now, at, by) if now.is_ringing else None)

    def decline(self, call: Call) -> bool:
        """The ringing phone is busy."""
        return self._act(call, lambda connection, now, at: self._end(connection, now, at, "busy") if now.is_ringing else None)

    def hang_up(self, call: Call, *, by: str) -> bool:
        """Either side ends the call: who called before it is answered has it canceled, who is called does not take it."""

        def end(connection: Connection, now: Call, at: float) -> None:
            unanswered = "canceled" if by == "school" else "no-answer"
            self._end(connection, now, at, "completed" if now.answered is not None else unanswered, by)

        return self._act(call, end)

    def press(self, call: Call, key: str) -> bool:
        """A key is pressed on the phone."""
        return self._act(call, lambda connection, now, at: _press(connection, now, at, key, self._scaled(AFTER_A_KEY)))

    def _act(self, call: Call, act: Any) -> bool:
        with self._network.storage.transaction() as connection:
            now = calls.by_id(connection, call.id)
            if now is None or now.is_over:
                return False
            act(connection, now, time.time())
        self._crew.wake()
        return True

    def _next_due(self) -> float | None:
        with self._network.storage.reading() as connection:
            moments = [moment for moment in (calls.next_due(connection), call_posts.next_due(connection)) if moment is not None]
        return min(moments, default=None)

    def do_next(self) -> bool:
        """Tell one thing, or go on with one call. False if nothing is due."""
        due = self._next_due()
        if due is None or due > time.time():
            return False
        lease = self._settings.webhook_timeout + LEASE_MARGIN
        with self._network.storage.transaction() as connection:
            post = call_posts.take(connection, time.time(), lease)
            call = None if post else calls.take(connection, time.time(), lease)
        if post is not None:
            self._tell_school(post)
        elif call is not None:
            self._go_on(call)
        return post is not None or call is not None

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
        with self._network.storage.transaction() as connection:
            if not calls.is_still(connection, call):
                return
            at = time.time()
            if call.phase == DIALLING:
                self._dial(connection, call, at)
            elif call.phase == RINGING:
                self._nobody_came(connection, call, at)
            elif call.phase == GREETING:
                calls.note(connection, call.id, at, "beep" if call.fate.answers == VOICEMAIL else "answer")
                calls.change(connection, call.id, phase=ASKING, due=at, answered_by=HEARD_AS[call.fate.answers])
            elif call.phase == ASKING and fresh is not None:
                script, answer, problem = fresh
                call_posts.keep(connection, call.id, "script", at, url=call.url, answer=answer, problem=problem)
                if script is None:
                    calls.note(connection, call.id, at, "trouble", problem or f"the school answered {answer}")
                    self._end(connection, call, at, "completed")
                else:
                    calls.change(connection, call.id, phase=PLAYING, due=at, script=script, gather=None, keys="")
            elif call.phase == PLAYING:
                self._play(connection, call, at, sound)

    def _scaled(self, seconds: float) -> float:
        return seconds / max(self._network.faults.call_speed, 0.001)

    def _dial(self, connection: Connection, call: Call, at: float) -> None:
        call = self._tell(connection, call, "queued", at)
        if call.fate.answers == BUSY:
            self._end(connection, call, at, "busy")
        elif call.fate.answers == FAILED:
            self._end(connection, replace(call, sip=NO_SUCH_NUMBER), at, "failed")
        else:
            calls.note(connection, call.id, at, "ring")
            call = self._tell(connection, call, "ringing", at + DIAL_SECONDS / 1000)
            rings = call.ring_seconds if call.fate.answers in {NOBODY, HAND} else min(self._network.faults.answers_after, call.ring_seconds)
            calls.change(connection, call.id, status="ringing", phase=RINGING, due=at + self._scaled(rings))

    def _nobody_came(self, connection: Connection, call: Call, at: float) -> None:
        """It rang as long as it was to ring."""
        is_out = self._network.faults.answers_after >= call.ring_seconds
        if call.fate.answers == HAND and handsets.by_number(connection, call.handset).does_not_answer:
            self._pick_up(connection, call, at, VOICEMAIL)
        elif call.fate.answers in {NOBODY, HAND} or is_out:
            self._end(connection, call, at, "no-answer")
        else:
            self._pick_up(connection, call, at, call.fate.answers)

    def _pick_up(self, connection: Connection, call: Call, at: float, who: str) -> None:
        fate = replace(call.fate, answers=who)
        call = self._tell(connection, replace(call, fate=fate, answered=at), "in-progress", at)
        calls.note(connection, call.id, at, "answer", who)
        wait = (GREETING_SECONDS if who == VOICEMAIL else LISTENING_SECONDS) if call.detects else 0.0
        phase = GREETING if call.detects else ASKING
        calls.change(connection, call.id, status="in-progress", answered=at, fate=fate, phase=phase, due=at + self._scaled(wait))

    def _ask(self, call: Call) -> tuple[list[Verb] | None, int | None, str | None]:
        """The script that the school wants played now, or None and what was wrong with its answer."""
        form = call_posts.form_of(call, self._settings.account_sid, "in-progress")
        if call.gather is not None:
            form["Digits"] = call.keys
        answer = self._caller.post(call.url, form, f"{call.sid}-{call.sequence}-{len(call.keys)}")
        if answer.status != 200:  # noqa: PLR2004  # OK
            return None, answer.status, answer.problem
        try:
            return twiml.read(answer.body, call.url), answer.status, None
        except twiml.NotUnderstood as error:
            return None, answer.status, str(error)

    def _sound(self, url: str) -> float | None:
        found = self._caller.listen(url, MOST_SOUND)
        return None if found is None else sounds.seconds_of(found[0])

    def _play(self, connection: Connection, call: Call, at: float, sound: float | None) -> None:
        """What was playing is over: begin what comes next."""
        verb = call.script[0] if call.script else Verb("hangup")
        if call.gather is not None and verb.gather is None and (call.keys or call.gather.asks_anyway):
            calls.change(connection, call.id, phase=ASKING, url=call.gather.action, due=at)
            return
        rest, seconds = call.script[1:], verb.seconds
        if verb.do == "hangup":
            self._end(connection, call, at, "completed", "script" if call.script else "end")
            return
        if verb.do == "redirect":
            calls.change(connection, call.id, phase=ASKING, url=verb.words, due=at, gather=None, keys="")
            return
        if verb.do == "play":
            kind, words = ("sound", f"{sound:.0f}") if sound is not None else ("trouble", "a sound could not be fetched")
            calls.note(connection, call.id, at, kind, words)
            seconds = sound or 0.0
        elif verb.do == "say":
            calls.note(connection, call.id, at, "heard", verb.words, language=verb.language)
        if call.fate.hears is not None and verb.do in {"say", "play"}:
            rest, seconds = [], call.fate.hears
        calls.change(connection, call.id, due=at + self._scaled(seconds), script=rest, gather=verb.gather)

    def _end(self, connection: Connection, call: Call, at: float, status: str, by: str = "") -> None:
        call = self._tell(connection, replace(call, ended=at), status, at)
        calls.note(connection, call.id, at, "end", status if not by else f"{status} {by}")
        calls.change(connection, call.id, status=status, ended=at, phase=DONE, due=None, sip=call.sip)

    def _tell(self, connection: Connection, call: Call, status: str, at: float) -> Call:
        faults = self._network.faults
        call_posts.tell(
            connection, call, status, at, faults=faults, account_sid=self._settings.account_sid,
            is_lost=self._network.happens(faults.drop_callbacks),
        )  # fmt: skip
        calls.change(connection, call.id, sequence=call.sequence + 1)
        return replace(call, sequence=call.sequence + 1)


def _press(connection: Connection, call: Call, at: float, key: str, patience: float) -> None:
    calls.note(connection, call.id, at, "pressed", key)
    gather = call.gather
    if gather is None or call.phase != PLAYING:
        return
    keys = call.keys if key == gather.finish_on else call.keys + key
    after = [verb for verb in call.script if verb.gather is None]
    if key == gather.finish_on or 0 < gather.num_digits <= len(keys):
        calls.change(connection, call.id, keys=keys, script=after, phase=ASKING, url=gather.action, due=at)
    else:
        calls.change(connection, call.id, keys=keys, script=after, due=at + patience)


def _check(order: CallOrder) -> None:
    """Raise the refusal for what is wrong with the request itself."""
    wrong = (
        (not order.to, 21201),
        (not order.sender, 21213),
        (not is_phone_number(order.to), 21211),
        (not is_phone_number(order.sender), 21212),
        (order.to == order.sender, 21266),
        (not is_web_address(order.url), 21205),
    )
    for is_wrong, code in wrong:
        if is_wrong:
            raise refuse(code, to=order.to, sender=order.sender, url=order.url)

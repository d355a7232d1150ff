"""The pretend carrier itself: it takes texts from the school, or refuses them, and keeps what it took."""

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.core import sms
from app.simulator import behaviour, handsets, jobs, media, messages, numbers
from app.simulator.behaviour import Faults, Outcome
from app.simulator.messages import Message, NewMessage
from app.simulator.refusals import Refusal, refuse
from app.simulator.storage import Storage
from app.simulator.wire import is_phone_number, is_sender, is_web_address

LONGEST_BODY = 1600
FAULTS_KEPT_FOR = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """A text that the school asks to be sent, as it came."""

    to: str
    sender: str = ""
    service_sid: str = ""
    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that was kept, and what the network has decided about it."""

    message: Message
    outcome: Outcome


@dataclass
class Traffic:
    """How many sends are in progress, the most there ever were at once, and how many were refused with which code."""

    now: int = 0
    most: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one_more(self) -> Iterator[int]:
        """Count a send while it is in progress; gives how many there are with it."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            count = self.now
        try:
            yield count
        finally:
            with self.lock:
                self.now -= 1

    def note(self, refusal: Refusal) -> None:
        """Count a refusal."""
        with self.lock:
            self.refused[refusal.code] += 1

    def forget(self) -> None:
        """Count from here on."""
        with self.lock:
            self.most = self.now
            self.refused.clear()


class Network:
    """One pretend carrier. Safe to call from any thread."""

    def __init__(self, storage: Storage, seed: int | None = None) -> None:
        """Keep everything in `storage`; `seed` makes the shares of faults repeatable."""
        self.storage = storage
        self.traffic = Traffic()
        self.random = random.Random(seed)  # chance for faults, not for secrets
        self._faults = Faults()
        self._faults_read = 0.0

    @property
    def faults(self) -> Faults:
        """What goes wrong for everybody at the moment. Another process's change is seen within half a second."""
        if time.monotonic() - self._faults_read > FAULTS_KEPT_FOR or not self._faults_read:
            self._faults = Faults.of(self.storage.fact("faults"))
            self._faults_read = time.monotonic()
        return self._faults

    def change_faults(self, changes: dict[str, Any]) -> Faults:
        """Change some of the faults. Raises ValueError, naming what is wrong; then nothing changes."""
        return self._set_faults(Faults.of(asdict(self.faults) | changes))

    def clear_faults(self) -> Faults:
        """Let everything work again."""
        return self._set_faults(Faults())

    def _set_faults(self, faults: Faults) -> Faults:
        self.storage.keep_fact("faults", asdict(faults))
        self._faults, self._faults_read = faults, time.monotonic()
        return faults

    def happens(self, share: float) -> bool:
        """Whether it happens this time, if it does in `share` of all times."""
        return share > 0 and self.random.random() < share

    def take(self, order: Order, at_once: int = 1) -> Taken:
        """Keep `order` and plan what becomes of it. Raises Refusal; then nothing is kept, unless its outcome says so.

        `at_once` is how many sends are in progress with this one.
        """
        try:
            return self._take(order, at_once)
        except Refusal as refusal:
            self.traffic.note(refusal)
            raise

    def _take(self, order: Order, at_once: int) -> Taken:
        faults = self.faults
        if self.happens(faults.busy_rate) or 0 < faults.most_at_once < at_once:
            raise refuse(20429)
        if self.happens(faults.error_rate):
            raise refuse(20500)
        _check(order)
        now = time.time()
        with self.storage.transaction() as connection:
            handset = handsets.by_number(connection, order.to)
            outcome = self._outcome(handset, faults)
            if outcome.refusal is not None and not outcome.keeps:
                raise refuse(outcome.refusal, to=order.to, sender=order.sender)
            sender = _sender(connection, order, now, adopts=faults.adopts_senders)
            if handsets.has_opted_out(connection, order.to, sender.scope):
                raise refuse(21610)
            segments = max(1, sms.measure(order.body).segments)
            turn = _turn(connection, sender, segments, faults, now)
            service = numbers.service(connection, order.service_sid)
            message = messages.add(
                connection,
                NewMessage(
                    "outbound-api", order.to, sender.number, order.body, segments,
                    "accepted" if service else "queued", now, service_sid=service.sid if service else None,
                    names_sender=service is None or bool(order.sender), num_media=len(order.media_urls),
                    status_callback=order.status_callback or (service.status_callback if service else ""),
                ),
            )  # fmt: skip
            for url in order.media_urls:
                media.attach(connection, message.id, at=now, source=url)
            plan = jobs.plan_for(
                outcome, faults, fetches=bool(order.media_urls), turn=turn - now,
                is_lost=lambda: self.happens(faults.drop_callbacks),
            )  # fmt: skip
            is_silent = not message.status_callback and message.status == "queued"
            jobs.add(connection, message.id, jobs.without_callback(plan) if is_silent else plan, now)
        return Taken(message, outcome)

    def _outcome(self, handset: handsets.Handset, faults: Faults) -> Outcome:
        outcome = behaviour.outcome_for(handset)
        if outcome.final == "delivered" and self.happens(faults.failure_rate):
            outcome = replace(outcome, final="undelivered", error_code=faults.failure_code)
        if self.happens(faults.lost_answer_rate):
            outcome = replace(outcome, loses_answer=True)
        return outcome


def _check(order: Order) -> None:
    """Raise the refusal for what is wrong with the request itself."""
    wrong = (
        (not order.to, 21604),
        (not order.sender and not order.service_sid, 21603),
        (not order.body and not order.media_urls, 21602),
        (len(order.body) > LONGEST_BODY, 21617),
        (not is_phone_number(order.to), 21211),
        (bool(order.sender) and not is_sender(order.sender), 21212),
        (order.to == order.sender, 21266),
        (len(order.media_urls) > media.MOST_FILES, 21623),
        (not all(is_web_address(url) for url in order.media_urls), 21620),
        (order.sender in behaviour.CARRIERS_OWN_FROM, behaviour.CARRIERS_OWN_FROM.get(order.sender, 0)),
    )
    for is_wrong, code in wrong:
        if is_wrong:
            raise refuse(code, to=order.to, sender=order.sender)


def _sender(connection: sqlite3.Connection, order: Order, now: float, *, adopts: bool) -> numbers.Number:
    if order.service_sid and numbers.service(connection, order.service_sid) is None:
        raise refuse(21701, service=order.service_sid)
    if not order.sender:
        chosen = numbers.sender_for(connection, order.service_sid, order.to)
        if chosen is None:
            raise refuse(21704)
        return chosen
    known = numbers.by_number(connection, order.sender)
    if known is None and not adopts:
        raise refuse(21606, sender=order.sender, to=order.to)
    if known is None or (order.service_sid and known.service_sid != order.service_sid):
        return numbers.own(connection, order.sender, at=now, service_sid=order.service_sid or None)
    return known


def _turn(connection: sqlite3.Connection, sender: numbers.Number, segments: int, faults: Faults, now: float) -> float:
    if not faults.segments_per_second:
        return now
    seconds = segments / faults.segments_per_second
    turn = numbers.wait_in_line(connection, sender, seconds, now, faults.queue_seconds)
    if turn is None:
        raise refuse(21611)
    return turn

"""Live pushes: goals 13 (a POST reaches the other browsers), 14 (what each further viewer costs), and 300 browsers at once.

Viewers have their inbox open, as an office has. The yardstick is a Flask-SocketIO app whose POST does nothing but emit; beside it
stands the same app when it stores one row before, without which nobody may say that what is shown was kept.
"""

import contextlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from bench.figures import Figure, median
from bench.live_house import Server, bare_server, our_server, second_server
from bench.stub_carrier import running_stub
from tests.live.browsers import Browsers, browsers
from tests.servers import running_redis

ROUNDS = 5
POSTS = {1: 12, 100: 6, 500: 4}
"""In each round."""
PEOPLE, FACTS, PAGE_READERS = 300, 60, 3
_numbers = count(1)


def figures() -> Iterator[Figure]:
    costs: dict[int, tuple[float, float]] = {}
    for viewers, posts in POSTS.items():
        with sides(viewers) as (ours, bare, keeping):
            for _ in range(ROUNDS):
                for one in (bare, ours, keeping):
                    one.round(posts)
            for name, quantile in (("p50", 0.5), ("p99", 0.99)):
                figure = f"live push to {viewers}, {name}"
                yield within(figure, ours.at(quantile), bare.at(quantile), 2.0, "ms")
                yield within(f"{figure}, of a bare one that stores", ours.at(quantile), keeping.at(quantile), 2.0, "ms")
            costs[viewers] = (median(ours.cpu), median(bare.cpu))
            if viewers == max(POSTS):
                yield within("memory of a socket", ours.per_socket, bare.per_socket, None, "MB", at_most=0.15)
    (ours_one, bare_one), (ours_all, bare_all) = costs[min(POSTS)], costs[max(POSTS)]
    yield within(
        f"processor from 1 to {max(POSTS)} viewers",
        ours_all - ours_one,
        bare_all - bare_one,
        1.5,
        "ms a POST",
        one=ours_one,
        one_bare=bare_one,
    )
    yield through_redis()
    yield from whole_office()


@dataclass
class Side:
    """A server, its viewers, and what was measured with them."""

    server: Server
    crowd: Browsers
    viewers: int
    per_socket: float
    seconds: list[float]
    cpu: list[float]

    def at(self, quantile: float) -> float:
        """Milliseconds from the POST to a browser."""
        return round(sorted(self.seconds)[min(int(len(self.seconds) * quantile), len(self.seconds) - 1)] * 1000, 2)

    def round(self, posts: int) -> None:
        before = self.server.cpu()
        for _ in range(posts):
            self.seconds += self.one()
        self.cpu.append(round((self.server.cpu() - before) / posts * 1000, 2))

    def one(self) -> list[float]:
        """How long until each viewer heard of one POST."""
        begun, arrived = time.monotonic(), {}
        self.server.post(next(_numbers))
        while len(arrived) < self.viewers:
            events = self.crowd.heard(self.viewers - len(arrived))
            assert events, f"only {len(arrived)} of {self.viewers} heard"
            for at, index, event in events:
                if event["name"] == "message:new":
                    assert index not in arrived, "heard twice"
                    arrived[index] = at - begun
        return list(arrived.values())


@contextlib.contextmanager
def side(server: Server, viewers: int, listen_at: Server | None = None) -> Iterator[Side]:
    host = listen_at or server
    for _ in range(2):
        host.warm_up()
        server.warm_up()
    before = host.of_worker("VmRSS")
    with browsers(host.url) as crowd:
        assert crowd.connect(server.cookies[1 : viewers + 1], compress=True) == viewers
        per_socket = (host.of_worker("VmRSS") - before) / 1024 / viewers
        made = Side(server, crowd, viewers, round(per_socket, 4), [], [])
        for _ in range(3):
            made.one()
        yield made


@contextlib.contextmanager
def sides(viewers: int) -> Iterator[tuple[Side, Side, Side]]:
    """Ours, the bare one, and the bare one that stores, before the same browsers."""
    with (
        tempfile.TemporaryDirectory() as folder,
        our_server(viewers, MAX_SOCKETS=str(viewers + 1), HOMEROOM_WORKER="0") as ours,
        bare_server(viewers, Path(folder)) as bare,
        side(ours, viewers) as mine,
        side(bare, viewers) as yardstick,
    ):
        keeping = replace(yardstick, server=replace(bare, path="/keep"), seconds=[], cpu=[])
        for _ in range(3):
            keeping.one()
        yield mine, yardstick, keeping


def within(
    name: str, ours: float, baseline: float, goal: float | None, unit: str, *, at_most: float | None = None, **details: Any
) -> Figure:
    """A cost that is to stay within a multiple of its yardstick, or below a limit of its own."""
    ratio = round(ours / baseline, 3) if baseline > 0 else None
    is_met = ours <= at_most if at_most is not None else ratio is not None and goal is not None and ratio <= goal
    return Figure(name, round(ours, 3), round(baseline, 3), ratio, f"<= {at_most if at_most is not None else goal}", is_met, unit, details)


def through_redis() -> Figure:
    """The POST goes to one process, and the viewers are with another."""
    viewers = 100
    with (
        running_redis() as redis,
        our_server(viewers, MAX_SOCKETS="300", HOMEROOM_WORKER="0", REDIS_URL=redis) as here,
        second_server(here) as there,
        side(here, viewers) as direct,
        side(here, viewers, listen_at=there) as crossed,
    ):
        for _ in range(ROUNDS):
            for one in (direct, crossed):
                direct.crowd.heard(0, 0)
                crossed.crowd.heard(0, 0)
                one.round(POSTS[viewers])
                time.sleep(0.2)
        return within(f"live push to {viewers} through Redis, p50", crossed.at(0.5), direct.at(0.5), 1.3, "ms", what="of direct")


def whole_office() -> Iterator[Figure]:
    """The embedded default, worker and all: 300 browsers listen while texts are written and pages are read."""
    with running_stub() as stub, our_server(PEOPLE, SIMULATOR_URL=stub.url) as server, contextlib.ExitStack() as stack:
        for _ in range(20):
            server.get("/conversations")
        quiet = Readers(server)
        quiet.during(lambda: time.sleep(2.5))
        side_ = stack.enter_context(side(server, PEOPLE))
        busy, heard = Readers(server), 0

        def write() -> None:
            for _ in range(FACTS):
                side_.server.post(next(_numbers))
                time.sleep(0.05)

        side_.crowd.heard(0, 0)
        busy.during(write)
        names = [(index, event["payload"]["message_id"]) for _, index, event in drained(side_.crowd) if event["name"] == "message:new"]
        heard = len(names)
        lost, twice = PEOPLE * FACTS - len(set(names)), heard - len(set(names))
        threads = server.of_worker("Threads")
        yield Figure(
            f"{PEOPLE} browsers, {FACTS} texts: lost or twice", lost + twice, PEOPLE * FACTS, None, "0", lost + twice == 0, "events",
            {"threads": threads, "memory_MB": round(server.of_worker("VmRSS") / 1024)},
        )  # fmt: skip
        yield within(
            f"pages meanwhile, p50 with {PEOPLE} browsers",
            busy.p50(),
            quiet.p50(),
            3.0,
            "ms",
            slowest=busy.slowest(),
            pages=len(busy.seconds),
        )


def drained(crowd: Browsers) -> Iterator[tuple[float, int, dict[str, object]]]:
    """All events until none comes for a while."""
    while events := crowd.heard(1, seconds=1.5):
        yield from events


class Readers:
    """People who read pages all the time."""

    def __init__(self, server: Server) -> None:
        self.server, self.seconds, self.ends = server, list[float](), threading.Event()

    def during(self, work: object) -> None:
        threads = [threading.Thread(target=self.read) for _ in range(PAGE_READERS)]
        for thread in threads:
            thread.start()
        try:
            assert callable(work)
            work()
        finally:
            self.ends.set()
            for thread in threads:
                thread.join()

    def read(self) -> None:
        while not self.ends.wait(0.1):
            begun = time.monotonic()
            assert self.server.get("/conversations").status == 200
            self.seconds.append(time.monotonic() - begun)

    def p50(self) -> float:
        return statistics.median(self.seconds) * 1000

    def slowest(self) -> float:
        return round(max(self.seconds) * 1000, 1)


assert os.name == "posix", "memory and processor are read from /proc"

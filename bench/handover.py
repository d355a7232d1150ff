"""Handing texts to the carrier: goals 10 (speed beside bare urllib3), 11 (pace) and 12 (killed while sending)."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import urllib3
from flask import Flask

from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.dispatcher import Dispatcher, run_until_idle
from app.delivery.models import Delivery, DeliveryContent, DeliveryState, Priority
from app.directory.models import District, PhoneNumber
from bench.figures import Figure, alternated, at_least, median
from bench.house import house
from bench.stub_carrier import Stub, running_stub

TEXTS = 3000
MOST_IN_PROGRESS = 98
FOR_URGENT = 8
"""Of them; announcements have the others, and so has the yardstick."""
KILLED_TEXTS, KILLS = 800, 4
ROOT = Path(__file__).parent.parent
BODY = "School is closed tomorrow, Friday, because of ice. Meals can be picked up at the office from 11:00 to 12:30."
_owners, _numbers = count(1), count(2_000_000)


def figures() -> Iterator[Figure]:
    yield from speed()
    yield from pace()
    yield from kill()


def sender(per_second: float) -> PhoneNumber:
    """A number of ours."""
    district = District(name="Bench")
    db.session.add(district)
    db.session.flush()
    number = PhoneNumber(district_id=district.id, address=f"+1503{next(_numbers)}", segments_per_second=per_second)
    db.session.add(number)
    db.session.commit()
    return number


def fill(number: PhoneNumber, texts: int, priority: Priority = Priority.BULK) -> None:
    """Texts that are due, as an announcement puts them into the outbox."""
    with transaction():
        content = DeliveryContent(body=BODY)
        db.session.add(content)
        db.session.flush()
        due_at = now()
        db.session.execute(
            Delivery.__table__.insert(),
            [
                {
                    "district_id": number.district_id, "owner_kind": "bench", "owner_id": next(_owners), "phone_number_id": number.id,
                    "content_id": content.id, "address": f"+1971{index:07d}", "due_at": due_at, "is_reply": True, "priority": int(priority),
                    "state": DeliveryState.PENDING,
                }
                for index in range(texts)
            ],
        )  # fmt: skip


def rate(stub: Stub) -> float:
    """Hand-overs a second, by the stub's own clock."""
    stamps, _ = stub.stamps()
    assert len(stamps) == TEXTS, f"{len(stamps)} of {TEXTS} arrived"
    return (len(stamps) - 1) / (max(stamps) - min(stamps))


def ours(app: Flask, stub: Stub, number: PhoneNumber) -> float:
    fill(number, TEXTS)
    stub.reset()
    run_until_idle(app, seconds=120)
    return rate(stub)


def bare(stub: Stub, threads: int) -> float:
    """The same POSTs from as many threads as do best, on connections that stay open; nothing is claimed and nothing kept."""
    stub.reset()
    pool = urllib3.connectionpool.connection_from_url(stub.url, maxsize=threads, retries=False)
    headers = urllib3.make_headers(basic_auth="AC:token") | {"Content-Type": "application/x-www-form-urlencoded"}
    path = "/2010-04-01/Accounts/AC/Messages.json"
    turns = iter(range(TEXTS))
    lock = threading.Lock()

    def post() -> None:
        while True:
            with lock:
                index = next(turns, None)
            if index is None:
                return
            fields = {"To": f"+1971{index:07d}", "From": "+15032000000", "Body": BODY, "StatusCallback": f"http://127.0.0.1/s?ref={index}"}
            pool.urlopen("POST", path, body=urlencode(fields), headers=headers)

    workers = [threading.Thread(target=post) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return rate(stub)


def speed() -> Iterator[Figure]:
    """Goal 10."""
    for name, delay, threads, goal in (("no delay", 0.0, 8, 0.85), ("a carrier 50 ms away", 0.05, MOST_IN_PROGRESS - FOR_URGENT, 0.95)):
        with running_stub(delay) as stub, house(simulator_url=stub.url, carrier_connections=MOST_IN_PROGRESS) as app:
            number = sender(100_000)
            mine, yardstick = alternated(lambda: ours(app, stub, number), lambda: bare(stub, threads))  # noqa: B023  # called at once
            _, most = stub.stamps()
            yield at_least(f"hand-over, {name}", mine, yardstick, goal, "texts/s", most_in_progress=most)


def busiest_second(stamps: list[float]) -> int:
    """The most arrivals in any second."""
    first, most = 0, 0
    for last, stamp in enumerate(stamps):
        while stamps[first] <= stamp - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def pace() -> Iterator[Figure]:
    """Goal 11."""
    for per_second, seconds in ((1, 20), (100, 10), (1000, 8)):
        with running_stub() as stub, house(simulator_url=stub.url, carrier_connections=MOST_IN_PROGRESS) as app:
            fill(sender(per_second), per_second * (seconds + 3))
            stub.reset()
            worker = Dispatcher(app)
            worker.start()
            time.sleep(seconds + 1.5)
            worker.stop()
            stamps, most = stub.stamps()
            first = stamps[0]
            used = sum(1 for stamp in stamps if stamp < first + seconds) / seconds
            above = busiest_second(sorted(stamps))
            ratio = round(used / per_second, 4)
            yield Figure(
                f"pace {per_second}/s", round(used, 2), per_second, ratio, ">= 0.98, and never above in any second",
                0.98 <= ratio <= 1.0 + 1 / (per_second * seconds) and above <= per_second and most < 100, "texts/s",
                {"busiest_second": above, "most_in_progress": most},
            )  # fmt: skip


def kill() -> Iterator[Figure]:
    """Goal 12: a worker is killed again and again while it sends; the next one goes on at once, and looks up what is unclear."""
    gaps = []
    with running_stub(0.01) as stub, house(simulator_url=stub.url) as app:
        fill(sender(150), KILLED_TEXTS, Priority.DEFAULT)
        settings = app.extensions["settings"]
        environment = os.environ | {"HOMEROOM_DATA": str(settings.data), "SECRET_KEY": settings.secret_key, "SIMULATOR_URL": stub.url}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads", "2"]
        for turn in range(KILLS + 1):
            seen = len(stub.stamps()[0])
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=ROOT)
            assert process.stdout is not None
            process.stdout.readline()
            started, limit = time.time(), time.monotonic() + 60
            while len(stub.stamps()[0]) < seen + 60 or (turn == KILLS and still_open()):
                assert time.monotonic() < limit, f"{still_open()} texts are still open"
                time.sleep(0.05)
            gaps.append(stub.stamps()[0][seen] - started)
            process.kill()
            process.wait()
        arrived = Counter(stub.addressees())
    lost, twice = KILLED_TEXTS - len(arrived), sum(arrived.values()) - len(arrived)
    gap = median([max(one, 0.0) for one in gaps[1:]])
    yield Figure(f"lost or twice after {KILLS} kills", lost + twice, KILLED_TEXTS, None, "0", lost + twice == 0, "texts")
    yield Figure("resumes after kill -9", gap, None, None, "<= 2 s after the worker started", gap <= 2, "s")


def still_open() -> int:
    """Texts that have not left for certain."""
    db.session.rollback()
    return db.session.query(Delivery).filter(Delivery.state.in_((DeliveryState.PENDING, DeliveryState.PROCESSING))).count()

"""Webhooks out: 1,000 events a second to 50 receivers, on PostgreSQL and Redis with two workers, one more receiver being dead.

And how fast a heap of them leaves, beside the same signed POSTs from threads that keep and claim nothing.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path

import urllib3
from flask import Flask
from standardwebhooks import Webhook

from app.config import VARIABLES, Settings
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import District
from app.webhooks.companions import begin
from app.webhooks.models import WebhookEndpoint
from app.webhooks.service import Outgoing, enqueue
from app.webhooks.signing_secrets import new_secret, seal_secret
from bench.announcing import percentile
from bench.figures import Figure, alternated
from bench.house import house
from bench.receivers import Receivers, running_receivers
from tests.servers import running_postgres, running_redis

RECEIVERS, WORKERS, PER_SECOND, SECONDS, SLICE = 50, 2, 1000, 10, 0.05
MANY, THREADS, ALONE = 5000, 8, 40
GOAL_RATIO, GOAL_LATE = 0.2, 1.0
_subjects = count(1)
ROOT = Path(__file__).parent.parent


def figures() -> Iterator[Figure]:
    yield alone()
    yield from many()


def alone() -> Figure:
    """One event in a quiet house with the embedded database: from its commit to its arrival."""
    with running_receivers(2) as receivers, house(webhook_allowed_origins=f"http://127.0.0.1:{receivers.ports[0]}") as app:
        endpoints, late = listen(receivers)[:1], []
        end = begin(app)
        for _each in range(ALONE):
            [uuid] = tell(endpoints, 1)
            at = time.time()
            late.append(wait(receivers, [uuid])[uuid] - at)
            time.sleep(0.05)
        end()
    ours = round(percentile(late, 0.5), 4)
    return Figure(
        "one webhook from commit to arrival", ours, None, None, "<= 0.1", ours <= 0.1, "s", {"p95": round(percentile(late, 0.95), 4)}
    )


def many() -> Iterator[Figure]:
    with (
        running_receivers(RECEIVERS + 1) as receivers,
        running_postgres() as postgres,
        running_redis() as redis,
        tempfile.TemporaryDirectory(prefix="homeroom-webhooks-") as folder,
    ):
        origins = " ".join(f"http://127.0.0.1:{port}" for port in receivers.ports)
        settings = {"database_url": postgres, "redis_url": redis, "webhook_allowed_origins": origins, "port": 0}
        with house(**settings) as app:
            endpoints = listen(receivers)
            with workers(app, Path(folder)):
                wait(receivers, tell(endpoints[:-1], 1))
                yield steady(receivers, endpoints)
                mine, bare = alternated(lambda: at_once(receivers, endpoints), lambda: yardstick(receivers), rounds=3)
                ratio = round(mine / bare, 3)
                yield Figure("webhooks out, a heap at once", mine, bare, ratio, f">= {GOAL_RATIO}", ratio >= GOAL_RATIO, "events/s")


def listen(receivers: Receivers) -> list[int]:
    """An endpoint for each, the dead one last."""
    district = District(name="Bench")
    db.session.add(district)
    db.session.flush()
    rows = [
        WebhookEndpoint(
            district_id=district.id, url=f"http://127.0.0.1:{port}/in", secret=seal_secret(new_secret()), kinds=["message.sent"], recent=[]
        )
        for port in receivers.ports
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.commit()
    return [row.id for row in rows]


@contextlib.contextmanager
def workers(app: Flask, folder: Path) -> Iterator[None]:
    """As `flask worker` starts them."""
    settings: Settings = app.extensions["settings"]
    names = ("data", "database_url", "redis_url", "secret_key", "public_url", "webhook_allowed_origins")
    environment = os.environ | {VARIABLES[name]: str(getattr(settings, name)) for name in names}
    logs = [(folder / f"worker-{number}.log").open("w") for number in range(WORKERS)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads", "2"],
            env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
        )
        for log in logs
    ]  # fmt: skip
    try:
        limit = time.monotonic() + 120
        while not all("Worker started" in Path(log.name).read_text() for log in logs):
            assert time.monotonic() < limit, [Path(log.name).read_text() for log in logs]
            time.sleep(0.1)
        yield
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGTERM)
        for process in running:
            process.wait(30)
        for log in logs:
            log.close()


def tell(endpoints: list[int], many: int) -> list[str]:
    """So many events for each, in one commit."""
    outgoing = [
        Outgoing(number, "message.sent", f"message:{next(_subjects)}", {"type": "message.sent", "data": {"message_id": str(new_uuid())}})
        for _each in range(many)
        for number in endpoints
    ]
    with transaction():
        enqueue(outgoing)
    return [str(one.uuid) for one in outgoing]


def wait(receivers: Receivers, ids: Collection[str], seconds: float = 120) -> dict[str, float]:
    """Until all of these came."""
    limit = time.monotonic() + seconds
    while missing := set(ids) - (came := receivers.heard()[0]).keys():
        assert time.monotonic() < limit, f"{len(missing)} of {len(ids)} are missing"
        time.sleep(0.2)
    return {uuid: came[uuid] for uuid in ids}


def steady(receivers: Receivers, endpoints: list[int]) -> Figure:
    """So many a second for a while; how late does each come? Every slice the dead one gets an event, too."""
    receivers.reset()
    made: dict[str, float] = {}
    begun, each = time.perf_counter(), int(PER_SECOND * SLICE)
    alive, dead = endpoints[:-1], endpoints[-1:]
    for number in range(int(SECONDS / SLICE)):
        time.sleep(max(0.0, begun + number * SLICE - time.perf_counter()))
        at = now().timestamp()
        made |= dict.fromkeys(tell(alive, each // RECEIVERS), at)
        tell(dead, 5)
    seconds = time.perf_counter() - begun
    came = wait(receivers, made)
    late = sorted(came[uuid] - at for uuid, at in made.items())
    _, calls, to_the_dead = receivers.heard()
    p95, rate = percentile(late, 0.95), len(made) / (max(came.values()) - min(made.values()))
    is_met = p95 <= GOAL_LATE and rate >= min(PER_SECOND, len(made) / seconds) * 0.95
    details = {
        "events": len(made), "offered_a_second": round(len(made) / seconds), "a_second": round(rate), "p50_late": round(percentile(late, 0.5), 3),
        "most_late": round(late[-1], 3), "calls": calls, "calls_to_the_dead": to_the_dead, "receivers": RECEIVERS, "workers": WORKERS,
    }  # fmt: skip
    return Figure("webhooks out, 1,000 a second", round(p95, 3), None, None, f"95 % within {GOAL_LATE} s at 1,000/s", is_met, "s", details)


def at_once(receivers: Receivers, endpoints: list[int]) -> float:
    """Events a second, from the commit of a heap to the last one's arrival."""
    receivers.reset()
    begun = time.time()
    ids = tell(endpoints[:-1], MANY // RECEIVERS)
    came = wait(receivers, ids)
    return round(len(ids) / (max(came.values()) - begun), 1)


def yardstick(receivers: Receivers) -> float:
    """The same POSTs, signed, from threads on connections that stay open."""
    receivers.reset()
    signer, body = Webhook(new_secret()), json.dumps({"type": "message.sent", "data": {"message_id": str(new_uuid())}})
    pools = [urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=THREADS) for port in receivers.ports[:-1]]
    turns, lock = iter(range(MANY)), threading.Lock()
    sent: list[str] = []

    def post() -> None:
        while True:
            with lock:
                index = next(turns, None)
            if index is None:
                return
            uuid, at = str(new_uuid()), now()
            sent.append(uuid)
            headers = {
                "webhook-id": uuid, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signer.sign(uuid, at, body),
                "Content-Type": "application/json",
            }  # fmt: skip
            pools[index % RECEIVERS].urlopen("POST", "/in", body=body.encode(), headers=headers)

    threads = [threading.Thread(target=post) for _ in range(THREADS)]
    begun = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    came = wait(receivers, sent)
    return round(MANY / (max(came.values()) - begun), 1)

"""Background work: Dramatiq carries nudges, rows carry the truth.

A job's message holds only ids, so losing one costs time and never work: a periodic tick nudges again whatever is due.
Embedded, the broker lives in memory and its worker runs in this process; with REDIS_URL it is Redis, and any number of
`flask worker` processes serve it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import dramatiq
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    Retries,
    ShutdownNotifications,
    TimeLimit,
)
from flask import Flask, current_app

from app.core import bus
from app.core.database import db

log = structlog.get_logger()

QUEUES = ("messages", "background")
"""Served by every worker: what families wait for, and what may take its time."""
POLLING, IN_MEMORY = 100, 500
"""Milliseconds after which a thread that waits for jobs looks again: Redis is asked, and queues of this process wake who waits."""
BROKER_AWAY = (bus.Away, ConnectionError, dramatiq.errors.BrokerConnectionError)


@dataclass(frozen=True, slots=True)
class Job:
    """A function that workers run inside the application; `send` only asks for it."""

    function: Callable[..., object]
    queue: str

    @property
    def name(self) -> str:
        """The job's address on the broker."""
        return f"{self.function.__module__}.{self.function.__name__}"

    def send(self, *ids: int | str) -> None:
        """Nudge a worker. Call it after the commit; the broker's absence is logged, and the next tick makes up for it."""
        jobs: Jobs = current_app.extensions["jobs"]
        try:
            jobs.actors[self.name].send(*ids)
        except BROKER_AWAY:
            log.warning("jobs.nudge_lost", job=self.name)


@dataclass
class Jobs:
    """What `init_app` builds: the broker, its actors and the periodic ticks of one application."""

    broker: dramatiq.Broker
    actors: dict[str, dramatiq.Actor[..., Any]] = field(default_factory=dict)
    ticks: list[tuple[float, Job]] = field(default_factory=list)
    worker: dramatiq.Worker | None = None
    scheduler: BackgroundScheduler | None = None
    companions: list[Callable[[], None]] = field(default_factory=list)
    """What ends each companion that runs."""


_declared: dict[str, Job] = {}
_ticks: list[tuple[float, Job]] = []
_companions: list[Callable[[Flask], Callable[[], None]]] = []


def job(*, queue: str = "background") -> Callable[[Callable[..., object]], Job]:
    """Declare a function as a job of one of QUEUES. It must be safe to run twice, and at the same time as itself."""

    def declare(function: Callable[..., object]) -> Job:
        declared = Job(function, queue)
        _declared[declared.name] = declared
        return declared

    return declare


def every(seconds: float, declared: Job) -> None:
    """Nudge `declared` this often, from the scheduler of each worker process. Called from a room's init_app."""
    if (seconds, declared) not in _ticks:
        _ticks.append((seconds, declared))


def alongside(begin: Callable[[Flask], Callable[[], None]]) -> None:
    """Have `begin` start something that lives as long as a worker process; it returns what ends it. From a room's init_app."""
    if begin not in _companions:
        _companions.append(begin)


def declared_jobs() -> list[Job]:
    """Every job of the house; a convention test checks that workers serve its queue."""
    return list(_declared.values())


def init_app(app: Flask, redis_url: str | None) -> None:
    """Build the broker and declare every job on it. Called after the rooms were imported."""
    middleware = [
        AgeLimit(),
        TimeLimit(),
        ShutdownNotifications(),
        Callbacks(),
        Retries(max_retries=3),
    ]
    broker: dramatiq.Broker
    if redis_url:
        broker = RedisBroker(  # type: ignore[no-untyped-call]  # the library's own gap
            client=bus.connect(redis_url),
            middleware=middleware,
            heartbeat_timeout=10_000,
            maintenance_chance=100,
        )
    else:
        broker = StubBroker(middleware=middleware)
    jobs = Jobs(broker)
    for declared in _declared.values():
        # No retries by the engine: the tick comes back for the row, and a second queue would only race with it.
        declare = dramatiq.actor(actor_name=declared.name, queue_name=declared.queue, broker=broker, max_retries=0)
        jobs.actors[declared.name] = declare(_inside(app, declared.function))
    jobs.ticks = list(_ticks)
    app.extensions["jobs"] = jobs


def _inside(app: Flask, function: Callable[..., object]) -> Callable[..., None]:
    def run(*arguments: object) -> None:
        with app.app_context():
            try:
                function(*arguments)
            except Exception:
                log.exception("jobs.failed", job=f"{function.__module__}.{function.__name__}")
            finally:
                db.session.remove()

    return run


def start(app: Flask, *, threads: int) -> None:
    """Start this process's worker threads and ticks. Ends with `stop`."""
    jobs: Jobs = app.extensions["jobs"]
    timeout = IN_MEMORY if isinstance(jobs.broker, StubBroker) else POLLING
    jobs.worker = dramatiq.Worker(jobs.broker, worker_threads=threads, worker_timeout=timeout)
    jobs.worker.start()
    jobs.scheduler = BackgroundScheduler(timezone="UTC")
    for seconds, declared in jobs.ticks:
        jobs.scheduler.add_job(
            _tick,
            "interval",
            (app, declared),
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    jobs.scheduler.start()
    jobs.companions = [begin(app) for begin in _companions]
    for (
        _,
        declared,
    ) in jobs.ticks:  # the sweep at start: what a killed process left is taken up at once
        _tick(app, declared)


def _tick(app: Flask, declared: Job) -> None:
    """Ask a worker to do it; while the broker is away, do it here: jobs may run at the same time as themselves."""
    jobs: Jobs = app.extensions["jobs"]
    try:
        jobs.actors[declared.name].send()
    except BROKER_AWAY:
        log.warning("jobs.nudge_lost", job=declared.name)
        _inside(app, declared.function)()


def stop(app: Flask) -> None:
    """Let running jobs finish for a moment, then end the worker and the ticks."""
    jobs: Jobs = app.extensions["jobs"]
    if jobs.scheduler is not None:
        jobs.scheduler.shutdown(wait=False)
    for end in jobs.companions:
        end()
    jobs.companions = []
    if jobs.worker is not None:
        jobs.worker.stop(timeout=2_000)

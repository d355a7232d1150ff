"""Facts are heard, and jobs are served."""

import re
from importlib import import_module
from pathlib import Path

from flask import Flask

import app as house
from app.core import events, jobs

GRAMMAR = re.compile(r"[a-z_]+\.[a-z_]+")


def announced() -> list[type]:
    """Every fact of every room."""
    folder = Path(house.__file__).parent
    rooms = [import_module(f"app.{file.parent.name}.events") for file in sorted(folder.glob("*/events.py")) if file.parent.name != "core"]
    return [
        kind
        for room in rooms
        for kind in vars(room).values()
        if isinstance(kind, type) and kind.__module__ == room.__name__ and "name" in vars(kind)
    ]


def test_every_fact_has_a_name_of_its_own_and_somebody_who_listens(app: Flask) -> None:
    facts = announced()
    assert len(facts) > 20
    assert [kind.__qualname__ for kind in facts if not GRAMMAR.fullmatch(kind.name)] == []
    assert len({kind.name for kind in facts}) == len(facts)
    assert [kind.__qualname__ for kind in facts if not events.has_listener(kind)] == []


def test_every_job_has_a_queue_that_workers_serve(app: Flask) -> None:
    declared = jobs.declared_jobs()
    assert len(declared) > 10
    assert [job.name for job in declared if job.queue not in jobs.QUEUES] == []
    actors = app.extensions["jobs"].actors
    assert [job.name for job in declared if actors[job.name].queue_name != job.queue] == []
    assert {job.name for _seconds, job in app.extensions["jobs"].ticks} <= set(actors)

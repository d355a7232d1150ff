"""What the network still has to do for a text: a plan of steps per message, kept until the last one is done.

The rows are the truth: after `kill -9` every plan goes on where it was. A step in hand at that moment is done again
when its claim runs out, so a status callback may come twice, as it may from the real carrier.
"""

import dataclasses
import json
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from app.simulator.behaviour import Faults, Outcome

FETCH, STATUS, INBOUND = "fetch", "status", "inbound"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `wait` is the seconds since the step before it.

    do=STATUS sets the message's status if it `sets`, and posts it `posts` times if it `tells` (0 posts: the callback
    is lost); do=FETCH gets its pictures from their addresses; do=INBOUND brings a handset's text to the school.
    """

    do: str
    status: str = ""
    error_code: int | None = None
    wait: float = 0.0
    posts: int = 1
    sets: bool = True
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """A plan in hand: do `step`, then `finish` or `put_back`."""

    id: int
    message_id: int
    steps: tuple[Step, ...]
    position: int
    tries: int
    claim: str

    @property
    def step(self) -> Step:
        """What to do now."""
        return self.steps[self.position]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The job in `row`."""
        steps = tuple(Step(*step) for step in json.loads(row["plan"]))
        return cls(row["id"], row["message_id"], steps, row["position"], row["tries"], row["claim"])


def plan_for(
    outcome: Outcome, faults: Faults, *, fetches: bool = False, turn: float = 0.0, is_lost: Callable[[], bool] = bool
) -> list[Step]:
    """The steps from acceptance to the end of a text.

    `turn` is how many seconds it waits in its sender's line; `is_lost` is asked for each status whether its callback
    gets lost (by default never).
    """
    pause = max(faults.callback_delay, outcome.step_after)
    posts = outcome.repeats * max(1, faults.repeat_callbacks) if outcome.is_told else 0
    ahead = [Step(STATUS, "queued", posts=posts, tells=faults.announces_queued)]
    ahead.append(Step(STATUS, "sent", wait=max(pause, turn), posts=posts))
    if outcome.final is not None:
        wait = max(pause, outcome.final_after)
        ahead.append(Step(STATUS, outcome.final, outcome.error_code, wait=wait, posts=posts))
    ahead = [dataclasses.replace(step, posts=0) if is_lost() else step for step in ahead]
    steps = [Step(FETCH)] if fetches else []
    if not (outcome.reverses or faults.reorder_callbacks):
        return steps + ahead
    quiet = [dataclasses.replace(step, tells=False) for step in ahead]
    late = [dataclasses.replace(step, sets=False, wait=0.0) for step in reversed(ahead) if step.tells]
    return steps + quiet + late


def without_callback(steps: Sequence[Step]) -> list[Step]:
    """The same plan for a text that was queued at once and whose school did not ask to be told: nothing to do for that."""
    return [step for step in steps if step.status != "queued"]


def add(connection: sqlite3.Connection, message_id: int, steps: Sequence[Step], at: float) -> None:
    """Keep a plan; its first step is due after its wait."""
    plan = json.dumps([(s.do, s.status, s.error_code, s.wait, s.posts, s.sets, s.tells) for s in steps])
    connection.execute("INSERT INTO jobs (message_id, plan, due) VALUES (?, ?, ?)", (message_id, plan, at + steps[0].wait))


def replace(connection: sqlite3.Connection, message_id: int, steps: Sequence[Step], at: float) -> None:
    """Do this instead of whatever was planned for the message."""
    connection.execute("DELETE FROM jobs WHERE message_id = ?", (message_id,))
    add(connection, message_id, steps, at)


def take(connection: sqlite3.Connection, at: float, lease: float) -> Job | None:
    """The next step that is due; it is ours for `lease` seconds. None if there is none."""
    row = connection.execute(
        "UPDATE jobs SET claim = ?, due = ? WHERE id = (SELECT id FROM jobs WHERE due <= ? ORDER BY due LIMIT 1) RETURNING *",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else Job.of(row)


def finish(connection: sqlite3.Connection, job: Job, at: float) -> None:
    """The step is done: plan the next one, or forget a plan that is over. Nothing, if the claim is no longer ours."""
    if job.position + 1 == len(job.steps):
        connection.execute("DELETE FROM jobs WHERE id = ? AND claim = ?", (job.id, job.claim))
        return
    connection.execute(
        "UPDATE jobs SET position = position + 1, tries = 0, due = ?, claim = NULL WHERE id = ? AND claim = ?",
        (at + job.steps[job.position + 1].wait, job.id, job.claim),
    )


def put_back(connection: sqlite3.Connection, job: Job, due: float) -> None:
    """The step did not work: try it again at `due`."""
    connection.execute("UPDATE jobs SET tries = tries + 1, due = ?, claim = NULL WHERE id = ? AND claim = ?", (due, job.id, job.claim))


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next step is due, claims that run out included."""
    row = connection.execute("SELECT MIN(due) AS due FROM jobs").fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many(connection: sqlite3.Connection) -> int:
    """How many plans are not over."""
    return int(connection.execute("SELECT COUNT(*) FROM jobs").fetchone()[0])

"""What came of handing over, written down: by the hundred in one commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, text, update

from app.core.among import among
from app.core.columns import UtcDateTime
from app.core.database import db
from app.delivery.worker_name import my_name
from app.webhooks.backoff import next_try
from app.webhooks.due import events
from app.webhooks.errands import Errand, Outcome, Result
from app.webhooks.models import OPEN, EventState, WebhookAttempt
from app.webhooks.ownership import Owned, endpoints

_attempts: Table = WebhookAttempt.__table__  # type: ignore[assignment]  # declarative tables are Tables
_DELIVERED = (
    update(events)
    .where(among(events.c.id, "ids"), text(OPEN))
    .values(state=EventState.DELIVERED, tries=events.c.tries + 1, finished_at=bindparam("at", type_=UtcDateTime()))
)
_FAILED = (
    update(events)
    .where(events.c.id == bindparam("number"), text(OPEN))
    .values(tries=bindparam("tried"), state=bindparam("becomes"), due_at=bindparam("due"), finished_at=bindparam("finished"))
)
_GIVEN_UP = (
    update(events)
    .where(events.c.endpoint_id == bindparam("endpoint"), text(OPEN), events.c.gives_up_at <= bindparam("at", type_=UtcDateTime()))
    .values(state=EventState.DEAD, finished_at=bindparam("at", type_=UtcDateTime()))
)
_STANDING = (
    update(endpoints)
    .where(endpoints.c.id == bindparam("number"), endpoints.c.owned_by == bindparam("me"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("failures", "failing_since", "quiet_until", "recent", "last_attempt_at", "last_status", "last_problem")
        }
    )
)


def record(results: Sequence[Result], owned: Mapping[int, Owned], at: datetime) -> None:
    """Write outcomes down, and how their receivers do. Belongs into a transaction."""
    tried = [(result.errand, result.outcome) for result in results if result.outcome is not None]
    if not tried:
        return
    connection = db.session.connection()
    hopeless = _note(tried, owned, at)  # endpoints before their events, as pages do: who locks in another order waits for ever
    taken = [errand.id for errand, outcome in tried if outcome.is_taken]
    if taken:
        connection.execute(_DELIVERED, {"ids": taken, "at": at})
    failed = [_failure(errand, outcome, at) for errand, outcome in tried if not outcome.is_taken]
    if failed:
        connection.execute(_FAILED, failed)
    connection.execute(insert(_attempts), [_attempt(errand, outcome) for errand, outcome in tried])
    for number in hopeless:
        connection.execute(_GIVEN_UP, {"endpoint": number, "at": at})


def _note(tried: Sequence[tuple[Errand, Outcome]], owned: Mapping[int, Owned], at: datetime) -> list[int]:
    """How their receivers do by now. Returns those for which events end without a try of their own."""
    touched = {}
    for errand, outcome in tried:
        one = owned.get(errand.receiver.id)
        if one is not None:
            one.standing.learn(outcome, at)
            touched[errand.receiver.id] = one.standing
    if not touched:
        return []
    db.session.connection().execute(
        _STANDING,
        [
            {
                "number": number, "me": my_name(), "new_failures": one.failures, "new_failing_since": one.failing_since,
                "new_quiet_until": one.quiet_until, "new_recent": one.recent, "new_last_attempt_at": one.last_attempt_at,
                "new_last_status": one.last_status, "new_last_problem": one.last_problem,
            }
            for number, one in sorted(touched.items())
        ],
    )  # fmt: skip
    return [number for number, one in touched.items() if one.is_hopeless(at)]


def _failure(errand: Errand, outcome: Outcome, at: datetime) -> dict[str, Any]:
    due_at = next_try(at, errand.tries + 1, errand.gives_up_at, asked_for=outcome.asked_for)
    return {
        "number": errand.id,
        "tried": errand.tries + 1,
        "becomes": EventState.DEAD if due_at is None else EventState.WAITING,
        "due": due_at or at,
        "finished": at if due_at is None else None,
    }


def _attempt(errand: Errand, outcome: Outcome) -> dict[str, Any]:
    return {
        "event_id": errand.id,
        "begun_at": outcome.begun_at,
        "milliseconds": outcome.milliseconds,
        "status": outcome.status,
        "problem": outcome.problem,
        "excerpt": "" if outcome.is_taken else outcome.excerpt,
    }

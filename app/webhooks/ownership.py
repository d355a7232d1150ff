"""Which worker hands over to which endpoint. One at a time, so that order, limits and patience are kept in that one's memory.

It is owned only while something is due: any worker that is woken can take it up. An owner that was killed is known to be gone at
once on this machine, and elsewhere when its lease is over.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, bindparam, or_, select, text, update

from app.core.among import among
from app.core.columns import UtcDateTime
from app.core.database import db
from app.core.sealing import SealBroken
from app.delivery.worker_name import is_gone, my_name
from app.webhooks.errands import Owner, Problem, Receiver
from app.webhooks.models import EndpointState, WebhookEndpoint
from app.webhooks.receivers import receiver_of
from app.webhooks.standing import Standing

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Longer than the longest attempt, and a little."""
WHILE_SEALED = timedelta(minutes=5)
CLAIMED_AT_ONCE = 16
"""So that several workers share what waits."""

endpoints: Table = WebhookEndpoint.__table__  # type: ignore[assignment]  # declarative tables are Tables
_LOOK = text(
    "WITH RECURSIVE waiting(id) AS ("
    " SELECT min(endpoint_id) FROM webhook_events WHERE state = 'waiting'"
    " UNION ALL SELECT (SELECT min(endpoint_id) FROM webhook_events WHERE state = 'waiting' AND endpoint_id > waiting.id)"
    " FROM waiting WHERE waiting.id IS NOT NULL"
    ") SELECT one.id, one.district_id, one.bearer_id, one.owned_by, one.owned_until, one.quiet_until,"
    " (SELECT min(due_at) FROM webhook_events WHERE endpoint_id = one.id AND state = 'waiting') AS due_at"
    " FROM waiting JOIN webhook_endpoints AS one ON one.id = waiting.id WHERE one.state = 'active'"
).columns(
    endpoints.c.id, endpoints.c.district_id, endpoints.c.bearer_id, endpoints.c.owned_by, endpoints.c.owned_until, endpoints.c.quiet_until,
    due_at=UtcDateTime(),
)  # fmt: skip
_SNAPSHOT = (
    endpoints.c.id, endpoints.c.version, endpoints.c.url, endpoints.c.method, endpoints.c.face, endpoints.c.basic, endpoints.c.secret,
    endpoints.c.previous_secret, endpoints.c.previous_until, endpoints.c.failures, endpoints.c.failing_since, endpoints.c.quiet_until,
    endpoints.c.recent, endpoints.c.last_attempt_at, endpoints.c.last_status, endpoints.c.last_problem,
    endpoints.c.district_id, endpoints.c.bearer_id, endpoints.c.uuid,
)  # fmt: skip
_IS_MINE = endpoints.c.owned_by == bindparam("me")
_FREE = (
    select(endpoints.c.id)
    .where(
        among(endpoints.c.id, "ids"),
        endpoints.c.state == EndpointState.ACTIVE,
        or_(endpoints.c.owned_by.is_(None), _IS_MINE, among(endpoints.c.owned_by, "gone"), endpoints.c.owned_until < bindparam("at")),
    )
    .order_by(endpoints.c.id)
    .with_for_update(skip_locked=True, key_share=True)  # whoever adds an event holds it up no more than it is held up
)
_TAKE = (
    update(endpoints)
    .where(endpoints.c.id.in_(_FREE))
    .values(owned_by=bindparam("me"), owned_until=bindparam("until"))
    .returning(*_SNAPSHOT)
)
_LEAVE = update(endpoints).where(among(endpoints.c.id, "ids"), _IS_MINE).values(owned_by=None, owned_until=None)
_RENEW = update(endpoints).where(_IS_MINE).values(owned_until=bindparam("until"))
_SEALED = update(endpoints).where(among(endpoints.c.id, "ids")).values(quiet_until=bindparam("until"), last_problem=bindparam("problem"))
_MINE = select(endpoints.c.id, endpoints.c.version).where(_IS_MINE, endpoints.c.state == EndpointState.ACTIVE)
_AGAIN = select(*_SNAPSHOT).where(among(endpoints.c.id, "ids"))


@dataclass(slots=True)
class Owned:
    """One endpoint of this worker."""

    receiver: Receiver
    standing: Standing


@dataclass(frozen=True, slots=True)
class Look:
    """What may be taken up now, and when to look again (None: nothing waits)."""

    ids: tuple[int, ...]
    gone: tuple[str, ...]
    """Owners of some of them that do not run any more."""
    next_at: datetime | None


def look(at: datetime, mine: Collection[int]) -> Look:
    """Who waits to be handed over to. Reads only: one step in an index for each endpoint that has something waiting."""
    me, ready, gone, moments = my_name(), [], set(), []
    for row in db.session.connection().execute(_LOOK):
        if row.id in mine:
            continue
        due_at = max(row.due_at, row.quiet_until or row.due_at)
        if row.owned_by is not None and row.owned_by != me and row.owned_until > at:
            if not is_gone(row.owned_by):
                moments.append(row.owned_until)
                continue
            gone.add(row.owned_by)
        if due_at <= at:
            ready.append((due_at, row.id, Owner(row.district_id, row.bearer_id)))
        else:
            moments.append(due_at)
    return Look(_in_turns(ready), tuple(gone), min(moments, default=None))


def _in_turns(ready: Collection[tuple[datetime, int, Owner]]) -> tuple[int, ...]:
    """The longest due of each owner, then the second of each: whoever has many endpoints keeps nobody waiting."""
    turns: Counter[Owner] = Counter()
    ordered = []
    for due_at, number, owner in sorted(ready, key=lambda one: one[:2]):
        ordered.append((turns[owner], due_at, number))
        turns[owner] += 1
    return tuple(number for *_, number in sorted(ordered))


def take(found: Look, at: datetime, known: dict[int, Receiver]) -> dict[int, Owned]:
    """Those of them that nobody else took are ours now. `known` is what this worker unsealed before. Belongs into a transaction."""
    values = {"ids": list(found.ids[:CLAIMED_AT_ONCE]), "gone": list(found.gone), "me": my_name(), "at": at, "until": at + LEASE}
    taken = {row.id: _owned(row, at, known) for row in db.session.connection().execute(_TAKE, values).all()}
    sealed = [number for number, one in taken.items() if not one.receiver.signers]
    if sealed:
        quiet = {"ids": sealed, "until": at + WHILE_SEALED, "problem": Problem.SEAL}
        db.session.connection().execute(_SEALED, quiet)
    return taken


def leave(ids: Collection[int]) -> None:
    """They are free again. Belongs into a transaction."""
    if ids:
        db.session.connection().execute(_LEAVE, {"ids": list(ids), "me": my_name()})


def refresh(owned: dict[int, Owned], at: datetime, known: dict[int, Receiver]) -> None:
    """Forget those that are not ours any more, take over what people changed, and renew the lease. Belongs into a transaction."""
    connection = db.session.connection()
    connection.execute(_RENEW, {"me": my_name(), "until": at + LEASE})
    versions = {row.id: row.version for row in connection.execute(_MINE, {"me": my_name()})}
    for number in [one for one in owned if one not in versions]:
        del owned[number]
    changed = [number for number, one in owned.items() if one.receiver.version != versions[number]]
    if changed:
        owned.update({row.id: _owned(row, at, known) for row in connection.execute(_AGAIN, {"ids": changed})})


def _owned(row: Any, at: datetime, known: dict[int, Receiver]) -> Owned:
    standing = Standing(
        row.failures, row.failing_since, row.quiet_until, list(row.recent), row.last_attempt_at, row.last_status, row.last_problem
    )
    receiver = known.get(row.id)
    if receiver is not None and (receiver.uuid, receiver.version) == (row.uuid, row.version):  # a number may come again
        return Owned(receiver, standing)
    try:
        receiver = known[row.id] = receiver_of(row)
    except SealBroken:
        log.error("webhooks.seal_broken", endpoint_id=row.id)  # noqa: TRY400  # the trace says nothing
        receiver = Receiver(row.id, row.version, row.url, row.method, row.face, None, (), Owner(row.district_id, row.bearer_id), row.uuid)
        standing.quiet_until, standing.last_problem = at + WHILE_SEALED, Problem.SEAL
    return Owned(receiver, standing)

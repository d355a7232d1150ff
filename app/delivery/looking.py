"""Asking the carrier about deliveries: what is overdue is leased, asked about without a transaction, and settled one by one."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Column, ColumnElement, Row, TextClause, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.prepared import Prepared
from app.delivery import results
from app.delivery.results import deliveries
from app.delivery.worker_name import my_looking_name
from app.directory.models import PhoneNumber

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""While one is being looked up."""


class LookedUp(Protocol):
    """What stands for one delivery."""

    @property
    def row(self) -> Row[Any]:
        """Of the delivery, as it was leased."""


One = TypeVar("One", bound=LookedUp)
Found = TypeVar("Found")


class Overdue:
    """Deliveries that are `due` and whose lease is over. Every second it is asked whether there are any."""

    def __init__(self, *due: ColumnElement[bool] | TextClause) -> None:
        """Make the statements once."""
        self.conditions = (*due, deliveries.c.claimed_until <= bindparam("at", type_=deliveries.c.claimed_until.type))
        self.any = Prepared(select(deliveries.c.id).where(*self.conditions).limit(1))


def lease_overdue(overdue: Overdue, *, at_most: int, columns: Sequence[Column[Any]]) -> list[tuple[Row[Any], str]]:
    """Lease them: each with the number that it leaves from."""
    moment = now()
    if not overdue.any.rows({"at": moment}):
        return []
    with transaction():
        first = select(deliveries.c.id).where(*overdue.conditions).order_by(deliveries.c.claimed_until).limit(at_most)
        rows = db.session.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(list(db.session.scalars(first.with_for_update(skip_locked=True), {"at": moment}))))
            .values(claimed_by=my_looking_name(), claimed_until=moment + LEASE)
            .returning(*results.COLUMNS, *columns)
        ).all()
        senders: dict[int, str] = {
            row[0]: row[1]
            for row in db.session.execute(
                select(PhoneNumber.id, PhoneNumber.address).where(PhoneNumber.id.in_({row.phone_number_id for row in rows}))
            )
        }
    return [(row, senders.get(row.phone_number_id, "")) for row in rows]


def settle_each(ones: Sequence[One], ask: Callable[[One], Found], resolve: Callable[[One, Found], None], *, threads: int) -> int:
    """Ask about all of them, several at once, then resolve one after the other; returns how many there were."""
    if not ones:
        return 0
    release_connection()
    with ThreadPoolExecutor(threads, thread_name_prefix="looking-up") as lookers:
        answers = list(lookers.map(ask, ones))
    for one, found in zip(ones, answers, strict=True):
        try:
            resolve(one, found)
        except IntegrityError:  # what was found became somebody else's meanwhile: the lease brings it back
            log.warning("delivery.adoption_raced", delivery_id=one.row.id)
    return len(ones)

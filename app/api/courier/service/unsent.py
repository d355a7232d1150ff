"""Emails of a system, called off while they wait in the outbox."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.models import Bearer, Staff
from app.api.courier.queries.unsent import OWNER, waiting
from app.core.database import db, transaction
from app.delivery.service import cancel_pending


def call_off(_actor: Staff, bearer: Bearer, most: int) -> int:
    """So many, oldest first; each is then one that failed. Returns how many."""
    with transaction():
        found = waiting(bearer).subquery()
        numbers = db.session.scalars(select(found.c.id).order_by(found.c.id).limit(most)).all()
        return stop(numbers)


def stop(numbers: Collection[int]) -> int:
    """Take these out of the outbox where they wait. Returns how many."""
    with transaction():
        return sum(cancel_pending(OWNER, number) for number in numbers)

"""Emails that a system had leave and that the outbox still has: the night holds them, or the mail server is away."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text

from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent, beginning
from app.api.courier.models import UserEmail
from app.core.database import db
from app.delivery.models import WAITING_EMAIL, Delivery

OWNER = "courier_email"


def waiting(bearer: Bearer) -> Select[Any]:
    """Number and moment of what waits. Written so that databases look among what waits, and not through all that was sent."""
    mine = func.coalesce(Delivery.owner_kind, "") == OWNER, Delivery.district_id + 0 == bearer.district_id
    held = select(Delivery.owner_id, Delivery.due_at).where(text(WAITING_EMAIL), *mine).cte("held")
    found = select(UserEmail.id, UserEmail.address, UserEmail.subject, held.c.due_at).join(held, held.c.owner_id == UserEmail.id)
    return found.where(UserEmail.bearer_id == bearer.id)


def called_off_until(numbers: Collection[int]) -> dict[int, datetime]:
    """Until when, of these emails, those were called off."""
    moments = select(UserEmail.id, Bearer.called_off_at).join(Bearer, Bearer.id == UserEmail.bearer_id)
    rows = db.session.execute(moments.where(UserEmail.id.in_(numbers), Bearer.called_off_at.is_not(None)))
    return {number: moment for number, moment in rows if moment is not None}


def count(bearer: Bearer) -> int:
    """How many."""
    return db.session.scalar(select(func.count()).select_from(waiting(bearer).subquery())) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom, and about what."""
    rows = db.session.execute(waiting(bearer).order_by("due_at").limit(most))
    return [Unsent(Kind.EMAIL, f"{address}: {beginning(subject)}", at) for _number, address, subject, at in rows]

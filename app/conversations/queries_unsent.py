"""Texts that other systems wrote and that the outbox still has: the night holds them, or their number speaks no faster."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import selectinload

from app.accounts.behind import BEARER
from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent, beginning
from app.conversations.models import Message
from app.core.database import db
from app.core.phone_numbers import for_people
from app.delivery.models import WAITING_TEXT, Delivery

OWNER = "message"


def waiting(bearer: Bearer) -> Select[Any]:
    """Message, number and moment of what waits. Written so that databases look among what waits, and not through all that was ever sent."""
    is_message = func.coalesce(Delivery.owner_kind, "") == OWNER
    held = select(Delivery.owner_id, Delivery.address, Delivery.due_at).where(text(WAITING_TEXT), is_message)
    held = held.where(Delivery.district_id + 0 == bearer.district_id)
    one = held.cte("held")
    return select(Message.id, one.c.address, one.c.due_at).join(one, one.c.owner_id == Message.id).where(_asked_for_by(bearer))


def count(bearer: Bearer) -> int:
    """How many texts."""
    found = waiting(bearer).subquery()
    return db.session.scalar(select(func.count(found.c.id.distinct()))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom, and how they begin."""
    found = waiting(bearer).subquery()
    each = select(found.c.id, func.min(found.c.address).label("address"), func.min(found.c.due_at).label("at")).group_by(found.c.id)
    soon = each.order_by("at").limit(most).subquery()
    rows = db.session.execute(
        select(Message.conversation_id, Message.body, soon.c.address, soon.c.at).join(soon, soon.c.id == Message.id).order_by(soon.c.at)
    )
    return [
        Unsent(Kind.TEXT, f"{for_people(address)}: {beginning(body)}", at, ("conversations.show", {"conversation_id": talk}))
        for talk, body, address, at in rows
    ]


def called_off_until(numbers: Collection[int]) -> dict[int, datetime]:
    """Until when, of these texts, those were called off that a system wrote."""
    bearers = db.session.execute(
        select(Bearer, Bearer.called_off_at)
        .where(Bearer.called_off_at.is_not(None))
        .order_by(Bearer.called_off_at)
        .options(selectinload(Bearer.staff))
    ).all()
    found: dict[int, datetime] = {}
    for bearer, moment in bearers:
        theirs = select(Message.id).where(Message.id.in_(numbers), Message.district_id == bearer.district_id, _asked_for_by(bearer))
        found |= dict.fromkeys(db.session.scalars(theirs), moment) if moment is not None else {}
    return found


def _asked_for_by(bearer: Bearer) -> ColumnElement[bool]:
    """With a key of this system, in whose name ever; what a program wrote under its own name says so by that."""
    by_key = Message.details[BEARER].as_integer() == bearer.id
    return by_key if bearer.staff.is_person else or_(by_key, Message.staff_id == bearer.staff_id)

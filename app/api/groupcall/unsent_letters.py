"""Emails and texts to colleagues that the outbox still has of a customer's batches: the night holds them, or the mail server is away."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, text, union_all

from app.accounts.models import Bearer, Staff
from app.accounts.unsent import Kind, Unsent, beginning
from app.api.groupcall.models import Fate, GroupcallRecipient, GroupcallSend
from app.api.groupcall.progress import OWNER, move
from app.api.groupcall.unsent import CALLED_OFF
from app.core.database import db, transaction
from app.core.phone_numbers import for_people
from app.delivery.models import EMAIL, WAITING_EMAIL, WAITING_TEXT, Delivery, DeliveryContent
from app.delivery.service import cancel_pending


def _waiting(bearer: Bearer) -> Select[Any]:
    """Recipient, send and delivery of what waits. Written so that databases look among what waits, and not through all that was sent."""
    mine = func.coalesce(Delivery.owner_kind, "") == OWNER, Delivery.district_id + 0 == bearer.district_id
    columns = Delivery.owner_id, Delivery.content_id, Delivery.address, Delivery.channel, Delivery.due_at
    held = union_all(*(select(*columns).where(text(waits), *mine) for waits in (WAITING_TEXT, WAITING_EMAIL))).cte("held")
    found = select(GroupcallRecipient.id, GroupcallRecipient.send_id, held.c.content_id, held.c.address, held.c.channel, held.c.due_at)
    return found.join(held, held.c.owner_id == GroupcallRecipient.id).where(GroupcallRecipient.bearer_id == bearer.id)


def count(bearer: Bearer) -> int:
    """How many recipients."""
    return db.session.scalar(select(func.count()).select_from(_waiting(bearer).subquery())) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom, and how they begin."""
    soon = _waiting(bearer).order_by("due_at").limit(most).subquery()
    words = case((GroupcallSend.subject == "", DeliveryContent.body), else_=func.coalesce(GroupcallSend.subject, DeliveryContent.body))
    rows = db.session.execute(
        select(soon.c.address, soon.c.channel, soon.c.due_at, words)
        .join(GroupcallSend, GroupcallSend.id == soon.c.send_id)
        .join(DeliveryContent, DeliveryContent.id == soon.c.content_id)
        .order_by(soon.c.due_at)
    )
    return [
        Unsent(Kind.BATCH, f"{address if channel == EMAIL else for_people(address)}: {beginning(said)}", at)
        for address, channel, at, said in rows
    ]


def call_off(_actor: Staff, bearer: Bearer, most: int) -> int:
    """So many, oldest first, each told as failed. Returns how many."""
    with transaction():
        found = _waiting(bearer).subquery()
        numbers = db.session.scalars(select(found.c.id).order_by(found.c.id).limit(most)).all()
        return stop(numbers)


def stop(numbers: Collection[int]) -> int:
    """Take what waits for these recipients out of the outbox, each told as failed. Returns how many."""
    with transaction():
        stopped = [number for number in numbers if cancel_pending(OWNER, number)]
        for number in stopped:
            move(db.session.get_one(GroupcallRecipient, number, populate_existing=True), Fate.FAILED, CALLED_OFF)
    return len(stopped)


def called_off_until(numbers: Collection[int]) -> dict[int, datetime]:
    """Until when, of these recipients, those were called off."""
    moments = select(GroupcallRecipient.id, Bearer.called_off_at).join(Bearer, Bearer.id == GroupcallRecipient.bearer_id)
    rows = db.session.execute(moments.where(GroupcallRecipient.id.in_(numbers), Bearer.called_off_at.is_not(None)))
    return {number: moment for number, moment in rows if moment is not None}

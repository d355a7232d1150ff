"""Texts that other systems wrote and that the outbox still has: the night holds them, or their number speaks no faster."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.behind import BEARER
from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent, beginning
from app.conversations.models import Message
from app.core.database import db
from app.core.phone_numbers import for_people
from app.delivery.models import TEXTS, Delivery, DeliveryState

OWNER = "message"


def waiting(bearer: Bearer, *columns: Any) -> Select[Any]:
    """`columns` of the messages and deliveries that wait."""
    is_held = Delivery.state == DeliveryState.PENDING, Delivery.channel.in_(TEXTS), Delivery.district_id == bearer.district_id
    found = select(*columns).select_from(Delivery)
    return found.join(Message, and_(Delivery.owner_kind == OWNER, Message.id == Delivery.owner_id)).where(*is_held, _asked_for_by(bearer))


def count(bearer: Bearer) -> int:
    """How many texts."""
    return db.session.scalar(waiting(bearer, func.count(Message.id.distinct()))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom, and how they begin."""
    columns = Message.id, Message.conversation_id, Message.body, func.min(Delivery.address), func.min(Delivery.due_at).label("at")
    rows = db.session.execute(waiting(bearer, *columns).group_by(Message.id).order_by("at").limit(most))
    return [
        Unsent(Kind.TEXT, f"{for_people(address)}: {beginning(body)}", at, ("conversations.show", {"conversation_id": talk}))
        for _number, talk, body, address, at in rows
    ]


def _asked_for_by(bearer: Bearer) -> ColumnElement[bool]:
    """With a key of this system, in whose name ever; what a program wrote under its own name says so by that."""
    by_key = Message.details[BEARER].as_integer() == bearer.id
    return by_key if bearer.staff.is_person else or_(by_key, Message.staff_id == bearer.staff_id)

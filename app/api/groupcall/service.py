"""Orders are written down, all of a request or none; `carrying` hands them on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.service import audit
from app.api.groupcall.callbacks import address_and_names, callback
from app.api.groupcall.customers import Customer
from app.api.groupcall.events import BatchTaken
from app.api.groupcall.models import Fate, GroupcallRecipient, GroupcallSend
from app.api.groupcall.planning import Plan
from app.core import rows
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.webhooks.models import Face
from app.webhooks.service import callback_endpoint, enqueue


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message as it was taken."""

    plan: Plan
    message_id: str
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Extras:
    """What a message says beside words and readers."""

    client_ref: str | None = None
    user_name: str | None = None
    callback_url: str | None = None
    subject: str | None = None
    reply_to: str | None = None
    media: Sequence[dict[str, Any]] = ()


def accept(orders: Sequence[tuple[Plan, Extras]]) -> list[Accepted]:
    """Take messages into the queue. Raises UnsafeAddress for a callback address that can be nobody's; then nothing is kept."""
    with transaction() as events:
        taken = [_written(plan, extras) for plan, extras in orders]
        for customer, number in _counted(orders):
            with customer.acting():
                audit("groupcall.sent", None, {"name": customer.staff.name, "count": number}, by=customer.staff)
        events.append(BatchTaken())
    return taken


def _written(plan: Plan, extras: Extras) -> Accepted:
    customer, moment = plan.order.customer, now()
    bearer = customer.bearer
    endpoint_id, url, names = None, None, list[str]()
    if extras.callback_url:
        url, names = address_and_names(extras.callback_url)
        endpoint_id = callback_endpoint(bearer, url, face=Face.GROUPCALL, method="GET", comes_often=True)
    uuid = new_uuid()
    send = GroupcallSend(
        uuid=uuid, district_id=bearer.district_id, bearer_id=bearer.id, client_ref=extras.client_ref, user_name=extras.user_name,
        message_id=f"{customer.number}.{moment:%Y%m%d}.{time.time_ns():020d}-{uuid.hex}",
        subject=extras.subject, reply_to=extras.reply_to, media=list(extras.media), endpoint_id=endpoint_id, callback_url=url,
        callback_names=names,
        is_test=bearer.is_test, created_at=moment,
    )  # fmt: skip
    db.session.add(send)
    db.session.flush()
    recipients = rows.added_all(
        GroupcallRecipient,
        [
            {
                "send_id": send.id, "bearer_id": bearer.id, "reference": one.reference, "route": one.route, "address": one.address,
                "units": one.units, "body": one.body if one.state is Fate.IN_QUEUE else "", "guardian_id": one.guardian_id,
                "contact_point_id": one.contact_point_id, "state": one.state, "state_at": moment, "due_at": plan.order.send_at,
            }
            for one in plan.recipients
        ],
    )  # fmt: skip
    refused = [one for one in recipients if one.state == Fate.OPTED_OUT]
    told = [callback(send, one, customer.number, moment, status=one.state) for one in refused]
    enqueue([one for one in told if one is not None])
    return Accepted(plan, send.message_id, plan.order.send_at)


def _counted(orders: Sequence[tuple[Plan, Extras]]) -> list[tuple[Customer, int]]:
    """How many recipients each customer's messages have."""
    found: dict[int, tuple[Customer, int]] = {}
    for plan, _extras in orders:
        customer = plan.order.customer
        found[customer.bearer.id] = (customer, found.get(customer.bearer.id, (customer, 0))[1] + plan.queued)
    return list(found.values())

"""Where webhooks go, and which. Each bearer has an address and subscriptions of its own, so two systems of a company do not meet."""

from sqlalchemy import delete, select

from app.accounts.callers import Caller
from app.accounts.models import Bearer
from app.accounts.service import audit
from app.api.ringplan.models import HookAddress, Subscription
from app.core.database import db, transaction
from app.webhooks import service as webhooks
from app.webhooks.models import Face


def set_address(caller: Caller, url: str) -> HookAddress:
    """From now on events go there; those that wait for the address before still go to it. Raises UnsafeAddress."""
    with transaction():
        bearer = db.session.scalars(select(Bearer).where(Bearer.id == caller.bearer.id).with_for_update()).one()
        endpoint_id = webhooks.callback_endpoint(bearer, url, face=Face.RINGPLAN)
        row = db.session.scalar(select(HookAddress).where(HookAddress.bearer_id == bearer.id))
        if row is None:
            row = HookAddress(district_id=bearer.district_id, bearer_id=bearer.id, url=url, endpoint_id=endpoint_id)
            db.session.add(row)
        row.url, row.endpoint_id = url, endpoint_id
        db.session.flush()
        audit("bearer.hook_set", bearer, {"name": bearer.name}, by=caller.staff)
    return row


def subscribe(caller: Caller, kind: str) -> tuple[Subscription, bool]:
    """Have this kind told, once; and whether that is new."""
    with transaction():
        bearer = db.session.scalars(select(Bearer).where(Bearer.id == caller.bearer.id).with_for_update()).one()
        known = db.session.scalar(select(Subscription).where(Subscription.bearer_id == bearer.id, Subscription.kind == kind))
        if known is not None:
            return known, False
        row = Subscription(district_id=bearer.district_id, bearer_id=bearer.id, kind=kind)
        db.session.add(row)
        db.session.flush()
        audit("bearer.subscribed", bearer, {"name": bearer.name, "kind": kind}, by=caller.staff)
    return row, True


def unsubscribe(caller: Caller, subscription: Subscription) -> None:
    """Tell it no more."""
    with transaction():
        db.session.execute(delete(Subscription).where(Subscription.id == subscription.id))
        audit("bearer.unsubscribed", caller.bearer, {"name": caller.bearer.name, "kind": subscription.kind}, by=caller.staff)

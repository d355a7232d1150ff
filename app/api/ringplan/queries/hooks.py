"""Where webhooks of a bearer go, and who wants to hear of what."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.accounts.models import ApiKey, Bearer, Role, Staff, StaffStatus
from app.api.identifiers import id24, within_id24
from app.api.ringplan.models import HookAddress, Subscription
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Wish:
    """An endpoint that is told of a kind."""

    endpoint_id: int
    kind: str


_opens = select(ApiKey.id).where(
    ApiKey.bearer_id == Bearer.id,
    ApiKey.revoked_at.is_(None),
    or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("moment")),
)
"""A bearer none of whose keys opens anything asks for nothing any more, and hears nothing either."""
_wishes: Any = (
    select(HookAddress.endpoint_id, Subscription.kind)
    .join(HookAddress, HookAddress.bearer_id == Subscription.bearer_id)
    .join(Bearer, Bearer.id == Subscription.bearer_id)
    .join(Staff, Staff.id == Bearer.staff_id)
    .where(
        Subscription.district_id == bindparam("district"),
        Subscription.kind.in_(bindparam("kinds", expanding=True)),
        Bearer.deleted_at.is_(None),
        Staff.status == StaffStatus.ACTIVE.value,
        Staff.role == Role.DISTRICT_ADMIN.value,  # who manages all of the district, as for subscribing
        _opens.exists(),
    )
    .order_by(Subscription.id)
)
_WISHES = Prepared(_wishes)


def wishes(district_id: int, kinds: Collection[str]) -> list[Wish]:
    """Who wants to hear of one of `kinds`: one small statement, and usually nobody."""
    rows = _WISHES.rows({"district": district_id, "kinds": [str(kind) for kind in kinds], "moment": now()})
    return [Wish(endpoint_id, kind) for endpoint_id, kind in rows]


def address_of(bearer_id: int) -> HookAddress:
    """Raises NotVisible where none was ever set."""
    found = db.session.scalar(select(HookAddress).where(HookAddress.bearer_id == bearer_id))
    if found is None:
        raise NotVisible
    return found


def subscriptions_of(bearer_id: int) -> list[Subscription]:
    """In the order in which they were made."""
    return list(db.session.scalars(select(Subscription).where(Subscription.bearer_id == bearer_id).order_by(Subscription.id)))


def subscription_named(bearer_id: int, text: str) -> Subscription:
    """One of these. Raises NotVisible."""
    found = db.session.scalar(select(Subscription).where(within_id24(Subscription.uuid, text), Subscription.bearer_id == bearer_id))
    if found is None:
        raise NotVisible
    return found


def shown_address(row: HookAddress, company_id: str) -> dict[str, Any]:
    """The contract's WebhookUrl."""
    return {"id": id24(row.uuid), "company_id": company_id, "url": row.url}


def shown_subscription(row: Subscription, company_id: str) -> dict[str, Any]:
    """The contract's WebhookEvent."""
    return {"id": id24(row.uuid), "company_id": company_id, "type": row.kind}

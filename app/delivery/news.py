"""A delivery's row as the fact that its owner hears."""

from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState


def news_of(delivery: Delivery, previous: str | None, *, is_retry: bool = False) -> DeliveryChanged:
    """What there is to say of `delivery`, which was `previous` before."""
    is_waiting = delivery.state == DeliveryState.PENDING
    return DeliveryChanged(
        district_id=delivery.district_id, owner_kind=delivery.owner_kind, owner_id=delivery.owner_id, delivery_id=delivery.id,
        contact_point_id=delivery.contact_point_id, previous=previous, state=delivery.state, error_code=delivery.error_code,
        due_at=delivery.due_at if is_waiting else None, is_held=is_waiting and delivery.held_until is not None,
        is_doubtful=delivery.doubtful_since is not None, is_retry=is_retry, reached=delivery.reached,
    )  # fmt: skip

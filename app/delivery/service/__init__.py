"""What can be done with the outbox. Everything that goes to a phone enters here, inside its owner's transaction."""

from app.delivery.service.decisions import Doubt, resolve_doubt, retry, settle
from app.delivery.service.outbox import EnqueueRequest, Recipient, cancel, cancel_pending, enqueue, foreseen, send_now

__all__ = [
    "Doubt",
    "EnqueueRequest",
    "Recipient",
    "cancel",
    "cancel_pending",
    "enqueue",
    "foreseen",
    "resolve_doubt",
    "retry",
    "send_now",
    "settle",
]

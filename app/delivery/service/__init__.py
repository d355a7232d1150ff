"""What can be done with the outbox. Everything that goes to a phone or a mailbox enters here, inside its owner's transaction."""

from app.delivery.service.calling_off import call_off, wish_stop
from app.delivery.service.decisions import Doubt, resolve_doubt, retry, settle
from app.delivery.service.letters import Letter, LetterRequest, Mailbox, details_of, enqueue_letter, make_letter
from app.delivery.service.outbox import (
    EnqueueRequest,
    Recipient,
    cancel,
    cancel_pending,
    enqueue,
    enqueue_all,
    foreseen,
    forget_addresses,
    forget_words,
    send_now,
    withdraw,
)

__all__ = [
    "Doubt",
    "EnqueueRequest",
    "Letter",
    "LetterRequest",
    "Mailbox",
    "Recipient",
    "call_off",
    "cancel",
    "cancel_pending",
    "details_of",
    "enqueue",
    "enqueue_all",
    "enqueue_letter",
    "foreseen",
    "forget_addresses",
    "forget_words",
    "make_letter",
    "resolve_doubt",
    "retry",
    "send_now",
    "settle",
    "wish_stop",
    "withdraw",
]

"""What can be done with webhooks. `tell`, `enqueue` and `callback_endpoint` are for other rooms, inside a commit."""

from app.webhooks.outgoing import Outgoing
from app.webhooks.service.callback_secrets import first_secret, renew_secret
from app.webhooks.service.callbacks import callback_endpoint
from app.webhooks.service.endpoints import (
    Revealed,
    add_endpoint,
    allow_again,
    change_endpoint,
    check_address,
    delete,
    pause,
    resume,
    rotate_secret,
    try_now,
)
from app.webhooks.service.enqueuing import enqueue
from app.webhooks.service.letters import note_read, send_again, send_all_again, send_test
from app.webhooks.service.telling import Happened, tell

__all__ = [
    "Happened",
    "Outgoing",
    "Revealed",
    "add_endpoint",
    "allow_again",
    "callback_endpoint",
    "change_endpoint",
    "check_address",
    "delete",
    "enqueue",
    "first_secret",
    "note_read",
    "pause",
    "renew_secret",
    "resume",
    "rotate_secret",
    "send_again",
    "send_all_again",
    "send_test",
    "tell",
    "try_now",
]

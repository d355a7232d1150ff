"""What can be done with webhooks. `tell`, `enqueue` and `callback_endpoint` are for other rooms, inside a commit."""

from app.webhooks.outgoing import Outgoing
from app.webhooks.service.callbacks import callback_endpoint
from app.webhooks.service.enqueuing import enqueue
from app.webhooks.service.telling import Happened, tell

__all__ = ["Happened", "Outgoing", "callback_endpoint", "enqueue", "tell"]

"""What can be done with webhooks. `enqueue` and `callback_endpoint` are for other rooms, inside the commit that made a fact true."""

from app.webhooks.outgoing import Outgoing
from app.webhooks.service.callbacks import callback_endpoint
from app.webhooks.service.enqueuing import enqueue

__all__ = ["Outgoing", "callback_endpoint", "enqueue"]

"""What a callback says, and which of it an address wants to hear."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.api.groupcall.models import GroupcallRecipient, GroupcallSend, Route
from app.core.ids import new_uuid
from app.webhooks.service import Outgoing

NAMES = (
    "MessageId", "MessageSentId", "ClientRef", "RecipientId", "Recipient", "Route", "Status", "StatusDateTime", "StatusDetail", "Reply",
    "Units", "id", "estab",
)  # fmt: skip
"""The documented parameters."""
_SPELLED = {name.lower(): name for name in NAMES}


def address_and_names(url: str) -> tuple[str, list[str]]:
    """The address without the parameters that we fill, and their names; none for an address without parameters, which gets all."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    wanted = [_SPELLED[name.lower()] for name, _value in given if name.lower() in _SPELLED]
    others = [(name, value) for name, value in given if name.lower() not in _SPELLED]
    return urlunsplit(parts._replace(query=urlencode(others), fragment="")), wanted if given else []


def callback(
    send: GroupcallSend,
    recipient: GroupcallRecipient,
    number: str,
    at: datetime,
    *,
    status: str,
    detail: str = "",
    reply: str | None = None,
) -> Outgoing | None:
    """One callback; None where nobody asked for any. `number` is the customer's."""
    if send.endpoint_id is None:
        return None
    event = new_uuid()
    told: dict[str, Any] = {
        "MessageId": send.message_id, "MessageSentId": send.id, "ClientRef": send.client_ref, "RecipientId": recipient.reference,
        "Recipient": recipient.address, "Route": recipient.route, "Status": status, "StatusDateTime": at.isoformat(),
        "StatusDetail": detail or None, "Reply": reply, "Units": recipient.units if recipient.route == Route.SMS else None,
        "id": str(event), "estab": number,
    }  # fmt: skip
    wanted = send.callback_names or NAMES
    body = {name: value for name, value in told.items() if name in wanted and value is not None}
    return Outgoing(send.endpoint_id, "status", f"groupcall:{recipient.uuid}", body, uuid=event, url=send.callback_url)

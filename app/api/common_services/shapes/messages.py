"""A message as this face writes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.api.common_services.models import Taking
from app.api.common_services.shapes.moments import moment
from app.carrier.error_codes import REFERENCE, explain
from app.conversations.models import MessageStatus
from app.delivery.models import DeliveryState

AT_THE_PROVIDER = {
    DeliveryState.SENDING: "queued",
    DeliveryState.SENT: "sent",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.FAILED: "failed",
}
_WAITING = {Taking.WAITING: "pending", Taking.FAILED: "failed", Taking.CANCELLED: "cancelled"}


def message_shape(row: Mapping[str, Any], files: Sequence[str] | None = None) -> dict[str, Any]:
    """`row` has the columns of `queries_messages`; what only a thread's message has may be missing. `files` are signed addresses."""
    status = internal_status(row)
    code = row.get("error_code") or row.get("message_error") if status == "failed" else None
    given = row.get("media_urls")
    sid = row.get("delivery_sid") or row.get("inbound_sid")
    return {
        "id": row["id"],
        "sender_number": row.get("sender"),
        "receiver_number": row["receiver"],
        "message_body": row.get("body") or "",
        "provider": "twilio" if sid else None,
        "message_type": "mms" if row["is_mms"] else "sms",
        "provider_status": "received" if row.get("is_inbound") else AT_THE_PROVIDER.get(row.get("delivery_state")) if sid else None,  # type: ignore[arg-type]  # None is no state
        "media_urls": json.loads(given) if isinstance(given, str) else given,
        "media_file_urls": list(files) if files is not None else None,
        "message_sid": sid,
        "message_uuid": str(row["uuid"]),
        "client_conversation_id": row.get("client_id"),
        "internal_conversation_id": _text(row.get("internal_id")),
        "global_id": _text(row.get("global_id")),
        "priority": "high" if row["is_high"] else "default",
        "internal_status": status,
        "send_at": moment(row.get("send_at")),
        "held_until": moment(row.get("held_due_at")) if status == "pending" and row.get("is_held") else None,
        "error_code": code,
        "error_description": error_description(code, row.get("error_words")) if code else None,
        "enqueued_at": moment(row["created_at"]),
        "sent_at": moment(row.get("sent_at")),
        "delivered_at": moment(row.get("delivered_at")),
        "failed_at": moment(row.get("failed_at") or row.get("finished_at")) if status == "failed" else None,
    }


def internal_status(row: Mapping[str, Any]) -> str:
    """One word of the contract. Who opted out makes a message fail."""
    if row.get("is_inbound"):
        return "delivered"
    state = row.get("state", Taking.WAITING)
    if state != Taking.TAKEN:
        return _WAITING[Taking(state)]
    status = row.get("status") or MessageStatus.PENDING
    return "failed" if status == MessageStatus.BLOCKED else str(status)


def error_description(code: str, words: str | None = None) -> str:
    """Our sentence; of the provider's own codes the page that tells about them."""
    if words:
        return words
    if code.isdigit():
        return REFERENCE.format(code)
    return str(explain(code).advice)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)

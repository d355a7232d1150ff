"""How Telnyx writes a fax down: in its API (v2) and in its signed webhooks."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from app.core import practice_keys
from app.simulator import fax_behaviour, faxes
from app.simulator.faxes import Fax
from app.simulator.settings import SimulatorSettings

STATUSES = {
    faxes.QUEUED: "queued", faxes.PROCESSED: "media.processed", faxes.SENDING: "sending", faxes.DELIVERED: "delivered",
    faxes.FAILED: "failed", faxes.RECEIVING: "receiving", faxes.RECEIVED: "received",
}  # fmt: skip
EVENTS = {
    faxes.QUEUED: "fax.queued", faxes.PROCESSED: "fax.media.processed", faxes.SENDING: "fax.sending.started",
    faxes.DELIVERED: "fax.delivered", faxes.FAILED: "fax.failed", faxes.RECEIVING: "fax.receiving.started",
    faxes.RECEIVED: "fax.received",
}  # fmt: skip
REASONS = {
    fax_behaviour.BUSY: "user_busy", fax_behaviour.NO_ANSWER: "receiver_no_answer",
    fax_behaviour.NOT_A_FAX: "fax_initial_communication_timeout", fax_behaviour.NO_SUCH_NUMBER: "receiver_unallocated_number",
    fax_behaviour.INTERRUPTED: "receiver_call_dropped", fax_behaviour.NOT_FETCHED: "file_download_failed",
    fax_behaviour.NOT_A_DOCUMENT: "file_format_invalid", fax_behaviour.TROUBLE: "service_unavailable",
    fax_behaviour.NOT_ALLOWED: "destination_not_in_countries_whitelist", fax_behaviour.DECLINED: "receiver_decline",
    fax_behaviour.CANCELLED: "sender_canceled", fax_behaviour.TOO_MANY_PAGES: "page_count_limit_exceeded",
    fax_behaviour.TOO_LARGE: "file_size_limit_exceeded",
}  # fmt: skip
USER = str(uuid.uuid5(uuid.NAMESPACE_URL, "homeroom-practice"))
SENDER_HIDDEN = "anonymous"


def moment(at: float) -> str:
    """2026-05-06T16:51:25.354000Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def reason_of(fax: Fax) -> str | None:
    """Why it failed."""
    if fax.failure is None:
        return None
    if fax.is_inbound and fax.failure == fax_behaviour.INTERRUPTED:
        return "sender_call_dropped"
    return REASONS[fax.failure]


def shown(fax: Fax, settings: SimulatorSettings) -> dict[str, Any]:
    """A fax as the API shows it. It does not count pages: only webhooks do."""
    media = {"media_url": media_url(fax, settings)} if fax.is_inbound and fax.status == faxes.RECEIVED else {}
    return {
        "record_type": "fax", "id": fax.sid, "connection_id": settings.telnyx_connection,
        "direction": "inbound" if fax.is_inbound else "outbound", "from": fax.sender or SENDER_HIDDEN, "to": fax.to,
        "from_display_name": fax.station, "media_url": fax.source or None,
        "quality": fax.said.get("quality", "high"), "store_media": bool(fax.said.get("store_media")), "stored_media_url": None,
        "preview_url": None, "status": STATUSES[fax.status], "failure_reason": reason_of(fax), "internal_failure_reason": None,
        "webhook_url": fax.callback or settings.fax_url or None, "webhook_failover_url": None,
        "client_state": fax.said.get("client_state"), "created_at": moment(fax.created), "updated_at": moment(fax.updated),
    } | media  # fmt: skip


def event_of(fax: Fax) -> str | None:
    """Which event tells of the status it has."""
    return EVENTS[fax.status]


def news(fax: Fax, event: str, at: float, settings: SimulatorSettings) -> dict[str, Any]:
    """What a webhook says, before its attempts are counted and it is signed."""
    payload: dict[str, Any] = {
        "fax_id": fax.sid, "connection_id": settings.telnyx_connection, "direction": "inbound" if fax.is_inbound else "outbound",
        "from": fax.sender or SENDER_HIDDEN, "to": fax.to, "user_id": USER,
        "status": "sending.started" if fax.status == faxes.SENDING else STATUSES[fax.status],
    }  # fmt: skip
    if fax.is_inbound and fax.status == faxes.RECEIVED:
        payload |= {"media_url": media_url(fax, settings), "partial_content": fax.is_cut}
    if fax.is_inbound:
        payload["from_display_name"] = fax.station
    if not fax.is_inbound:
        payload["original_media_url"] = fax.source
    if "client_state" in fax.said:
        payload["client_state"] = fax.said["client_state"]
    if fax.status in {faxes.DELIVERED, faxes.RECEIVED} or fax.failure == fax_behaviour.INTERRUPTED:
        payload["page_count"] = fax.through
    if fax.is_over and fax.answered is not None:
        payload["call_duration_secs"] = round(fax.seconds)
    if fax.failure is not None:
        payload["failure_reason"] = reason_of(fax)
    return {
        "data": {
            "record_type": "event", "id": str(uuid.uuid4()), "event_type": event, "occurred_at": moment(at), "payload": payload,
        }
    }  # fmt: skip


def sealed(body: dict[str, Any], url: str, attempt: int, _document: bytes | None) -> tuple[bytes, dict[str, str]]:
    """The bytes and headers of one attempt: signed over the time, a bar and the body."""
    content = json.dumps(body | {"meta": {"attempt": attempt, "delivered_to": url}}, separators=(",", ":")).encode()
    at = str(int(time.time()))
    signature = practice_keys.fax_signing_key().sign(f"{at}|".encode() + content)
    return content, {
        "Content-Type": "application/json", "User-Agent": "telnyx-webhooks", "telnyx-timestamp": at,
        "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
    }  # fmt: skip


def media_url(fax: Fax, settings: SimulatorSettings) -> str:
    """Where the document of a fax that came can be fetched without the key, until the address ends."""
    until = int(fax.media_until)
    return f"{settings.public_url}/telnyx/media/{fax.sid}?until={until}&signature={media_signature(fax.sid, until, settings)}"


def media_signature(sid: str, until: int, settings: SimulatorSettings) -> str:
    """What makes such an address good."""
    return hmac.new(settings.telnyx_api_key.encode(), f"{sid}|{until}".encode(), hashlib.sha256).hexdigest()

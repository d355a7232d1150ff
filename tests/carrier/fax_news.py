"""News of faxes as the carriers send them, signed and unsigned."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.carrier.events import FaxArrived, FaxSendingMoved
from app.core import events
from app.core.practice_keys import fax_signing_key

CLINIC, OURS = "+15035550171", "+15035550180"
CAME, WENT = "f72eebbe-f9b6-4f0f-b652-03e742e110d5", "b679398e-8b4c-46bd-8630-6797f1ab5228"
REFERENCE = "0190a.1"
AT = datetime.now(UTC) - timedelta(hours=1)
"""When it happened: what is very old is not believed."""


def in_json(moment: datetime) -> str:
    """As carriers write a time."""
    return moment.isoformat().replace("+00:00", "Z")


def came(occurred_at: str | None = None, **payload: Any) -> dict[str, Any]:
    """A fax that is there."""
    given = {
        "fax_id": CAME, "direction": "inbound", "from": CLINIC, "to": OURS, "status": "received", "page_count": 2,
        "call_duration_secs": 50, "from_display_name": "CASCADE PEDIATRICS", "connection_id": "1447842681660114324",
        "media_url": "https://s3.amazonaws.com/faxes-prod/x.pdf",
    }  # fmt: skip
    return event("fax.received", given | payload, occurred_at)


def went(status: str, **payload: Any) -> dict[str, Any]:
    """How far one of ours is."""
    given = {
        "fax_id": WENT, "direction": "outbound", "from": OURS, "to": CLINIC, "status": status,
        "client_state": base64.b64encode(REFERENCE.encode()).decode(),
    }  # fmt: skip
    return event(f"fax.{status}", given | payload)


def event(kind: str, payload: dict[str, Any], occurred_at: str | None = None) -> dict[str, Any]:
    """The envelope around both."""
    told = {"event_type": kind, "id": "35e33b02-6365-47d0-93b7-3bfec97c467e", "occurred_at": occurred_at or in_json(AT)}
    return {"data": told | {"payload": payload, "record_type": "event"}, "meta": {"attempt": 1}}


def signed(body: bytes, *, key: Ed25519PrivateKey | None = None, at: float | None = None) -> dict[str, str]:
    """The headers of the carrier."""
    timestamp = str(int(time.time() if at is None else at))
    signature = (key or fax_signing_key()).sign(timestamp.encode() + b"|" + body)
    return {"telnyx-timestamp": timestamp, "telnyx-signature-ed25519": base64.b64encode(signature).decode()}


def telnyx_calls(client: FlaskClient, content: Any, *, headers: dict[str, str] | None = None) -> TestResponse:
    """Tell the house, signed unless `headers` say something else."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/webhooks/fax/telnyx", data=body, content_type="application/json", headers=headers or signed(body))


@contextmanager
def listening(_app: Flask) -> Iterator[list[object]]:
    """What the house is told of faxes meanwhile."""
    found: list[object] = []
    hear = events.on(FaxArrived, FaxSendingMoved)(found.append)
    try:
        yield found
    finally:
        for kind in (FaxArrived, FaxSendingMoved):
            events._after[kind].remove(hear)

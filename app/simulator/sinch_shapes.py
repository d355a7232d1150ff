"""How Sinch writes a fax down: in its API (v3) and in its webhooks, which are not signed."""

import base64
import json
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from app.simulator import fax_behaviour, faxes
from app.simulator.faxes import Fax
from app.simulator.settings import SimulatorSettings

JSON, FORM = "application/json", "multipart/form-data"
STATUSES = {
    faxes.QUEUED: "QUEUED", faxes.PROCESSED: "QUEUED", faxes.SENDING: "IN_PROGRESS", faxes.DELIVERED: "COMPLETED",
    faxes.FAILED: "FAILURE", faxes.RECEIVING: "IN_PROGRESS", faxes.RECEIVED: "COMPLETED",
}  # fmt: skip
ERRORS = {
    fax_behaviour.BUSY: ("CALL_ERROR", 17, "Busy"),
    fax_behaviour.NO_ANSWER: ("CALL_ERROR", 16, "Ring Timeout"),
    fax_behaviour.NOT_A_FAX: ("FAX_ERROR", 132, "No fax tone detected"),
    fax_behaviour.NO_SUCH_NUMBER: ("CALL_ERROR", 34, "Phone number not operational"),
    fax_behaviour.INTERRUPTED: ("FAX_ERROR", 131, "Incomplete transmission"),
    fax_behaviour.NOT_FETCHED: ("DOCUMENT_CONVERSION_ERROR", 54, "Could not access the url you provided."),
    fax_behaviour.NOT_A_DOCUMENT: ("DOCUMENT_CONVERSION_ERROR", 129, "Mimetype not supported."),
    fax_behaviour.TROUBLE: ("CALL_ERROR", 43, "Problem establishing connection"),
    fax_behaviour.NOT_ALLOWED: ("FAX_ERROR", 133, "Phone number is not permitted"),
    fax_behaviour.DECLINED: ("FAX_ERROR", 48, "No answer (The Receiving Machine May Be Out Of Paper)"),
    fax_behaviour.CANCELLED: ("FAX_ERROR", 75, "Manually canceled by user"),
    fax_behaviour.TOO_MANY_PAGES: ("DOCUMENT_CONVERSION_ERROR", 133, "Failed to normalize PDF document"),
    fax_behaviour.TOO_LARGE: ("DOCUMENT_CONVERSION_ERROR", 57, "There was a problem storing the file you provided."),
}
GIVEN_BACK = ("labels", "headerText", "headerPageNumbers", "headerTimeZone", "resolution", "callbackUrlContentType")


PRICE = 0.045
"""Dollars a page."""


def moment(at: float) -> str:
    """2026-05-06T16:51:25Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(fax: Fax, settings: SimulatorSettings) -> dict[str, Any]:
    """A fax as the API shows it."""
    body: dict[str, Any] = {
        "id": fax.sid, "direction": "INBOUND" if fax.is_inbound else "OUTBOUND", "from": fax.sender, "to": fax.to,
        "status": STATUSES[fax.status], "createTime": moment(fax.created), "projectId": settings.sinch_project,
        "serviceId": "01PRACTICE0000000000000000", "maxRetries": 0, "retryCount": 0, "hasFile": bool(fax.content_type),
    }  # fmt: skip
    pages = fax.through if fax.is_inbound else fax.pages
    body |= {} if pages is None else {"numberOfPages": pages}
    body |= {name: fax.said[name] for name in GIVEN_BACK if name in fax.said}
    body |= {"callbackUrl": fax.callback} if fax.callback else {}
    body |= {"contentUrl": fax.source} if fax.source else {}
    if fax.is_over:
        body["completedTime"] = moment(fax.ended or fax.updated)
        body["price"] = {"amount": f"{PRICE * fax.through:.4f}", "currencyCode": "USD"}
        body |= {} if fax.is_inbound else {"pagesSentSuccessfully": fax.through}
    if fax.failure is not None:
        kind, code, words = ERRORS[fax.failure]
        body |= {"errorType": kind, "errorCode": code, "errorMessage": words}
    return body


def event_of(fax: Fax) -> str | None:
    """Which event tells of the status it has: it tells only of the end."""
    if not fax.is_over:
        return None
    return "INCOMING_FAX" if fax.is_inbound else "FAX_COMPLETED"


def news(fax: Fax, event: str, at: float, settings: SimulatorSettings) -> dict[str, Any]:
    """What a webhook says."""
    return {"event": event, "eventTime": moment(at), "fax": shown(fax, settings)}


def sealed(body: dict[str, Any], url: str, _attempt: int, document: bytes | None) -> tuple[bytes, dict[str, str]]:
    """The bytes and headers of one attempt: a form with the document attached, or JSON where the school asked for that.

    A name and password in the address are shown as such.
    """
    user_agent = {"User-Agent": "Sinch/Fax"}
    userinfo, _, _host = urlsplit(url).netloc.rpartition("@")
    if userinfo:
        user_agent["Authorization"] = "Basic " + base64.b64encode(unquote(userinfo).encode()).decode()
    if body["fax"].get("callbackUrlContentType") == JSON:
        along = {"file": base64.b64encode(document).decode(), "fileType": "PDF"} if document else {}
        return json.dumps(body | along).encode(), {"Content-Type": JSON} | user_agent
    boundary = uuid.uuid4().hex
    parts = [_part(boundary, name, value if isinstance(value, str) else json.dumps(value)) for name, value in body.items()]
    if document:
        name = f"{body['fax']['id']}.pdf"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        parts.append(head.encode() + document + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), {"Content-Type": f"{FORM}; boundary={boundary}"} | user_agent


def _part(boundary: str, name: str, value: str) -> bytes:
    kind = "" if not value.startswith("{") else "Content-Type: application/json\r\n"
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n{kind}\r\n{value}\r\n'.encode()

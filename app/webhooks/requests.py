"""An event as a request: what the receiver is sent, by the face through which it wants to hear."""

import json
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from app.core.net_guard import Destination
from app.webhooks.errands import Errand
from app.webhooks.models import Face

AGENT = "Homeroom-Webhooks/1"
_MAY_STAY = "/:?#[]@!$&'()*+,;=%-._~"
"""In the target of a request; anything else is written in percents."""
Headers = list[tuple[str, str]]


def request_of(errand: Errand, destination: Destination, at: datetime) -> tuple[str, Headers, bytes]:
    """Target, headers and body. The signature is of the moment `at`, so that a late repetition is not refused as an old one."""
    receiver = errand.receiver
    parts = urlsplit(destination.url)
    given = parts.query if errand.query is None else errand.query
    target = quote(f"{parts.path}?{given}" if given else parts.path, safe=_MAY_STAY)
    headers: Headers = [("Host", _host(destination)), ("User-Agent", AGENT), ("Accept", "*/*"), ("webhook-id", errand.uuid)]
    if receiver.basic is not None:
        headers.append(("Authorization", receiver.basic))
    if receiver.face == Face.COMMON_SERVICES:
        headers.append(("X-Event-Name", errand.kind))
    if receiver.method == "GET":
        query = urlencode({name: _plain(value) for name, value in json.loads(errand.body).items() if value is not None})
        joint = "&" if given else "?"
        return f"{target}{joint}{query}" if query else target, headers, b""
    body = errand.body.encode()
    signatures = [signer.sign(errand.uuid, at, errand.body) for signer, until in receiver.signers if until is None or at < until]
    headers += [
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", " ".join(signatures)),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    return target, headers, body


def _host(destination: Destination) -> str:
    name = destination.host.encode("idna").decode("ascii") if not destination.host.isascii() else destination.host
    name = f"[{name}]" if ":" in name else name
    is_usual = destination.port == (443 if destination.scheme == "https" else 80)
    return name if is_usual else f"{name}:{destination.port}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

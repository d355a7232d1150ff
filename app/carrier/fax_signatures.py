"""Whether news of a fax really comes from its carrier, checked as each of them documents it."""

import hmac
import time
from base64 import b64decode
from typing import Protocol

SIGNATURE_HEADER = "telnyx-signature-ed25519"
TIMESTAMP_HEADER = "telnyx-timestamp"
TOLERANCE = 300.0
"""Seconds between its signing and its arrival: what is older may have been overheard and repeated."""


class Headers(Protocol):
    """Of a request, whatever brought it."""

    def get(self, key: str, default: str, /) -> str:
        """The header's value."""


def is_from_telnyx(headers: Headers, body: bytes, public_key: str) -> bool:
    """Whether `body` is signed by the account's key (ed25519 over the time, a bar and the body), just now."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # 10 MB that houses without faxes do not need
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    timestamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):  # noqa: PLR2004
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(public_key))
        key.verify(b64decode(signature, validate=True), timestamp.encode() + b"|" + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_from_sinch(shown: str | None, token: str) -> bool:
    """Whether the password of a request is the one that we gave to Sinch, which signs nothing."""
    return bool(token) and hmac.compare_digest((shown or "").encode("utf-8", "replace"), token.encode())

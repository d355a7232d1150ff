"""What events are signed with, and what the receiver asks for: sealed in their rows."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta

from app.core.sealing import seal, unseal

PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""After a new secret was made the old one signs as well, for so long."""
_PURPOSE = "webhooks"
Basic = tuple[str, str]
"""User and password."""


def new_secret() -> str:
    """As Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal_secret(secret: str) -> str:
    """For its row."""
    return seal(secret, _PURPOSE)


def unseal_secret(sealed: str) -> str:
    """From its row. Raises SealBroken."""
    return unseal(sealed, _PURPOSE)


def mark_of(sealed: str) -> str:
    """By which a form says which secret it would have replaced; says nothing of the secret."""
    return hashlib.sha256(sealed.encode()).hexdigest()[:16]


def seal_basic(basic: Basic | None) -> str | None:
    """For its row."""
    return None if basic is None else seal(json.dumps(basic), _PURPOSE)


def unseal_basic(sealed: str | None) -> Basic | None:
    """From its row. Raises SealBroken."""
    if sealed is None:
        return None
    user, password = json.loads(unseal(sealed, _PURPOSE))
    return user, password

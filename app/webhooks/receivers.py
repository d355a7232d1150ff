"""An endpoint as its worker needs it: what signs, and what the receiver asks for."""

import base64
from typing import Any

from sqlalchemy import Row
from standardwebhooks import Webhook

from app.webhooks.errands import Owner, Receiver
from app.webhooks.signing_secrets import Basic, unseal_basic, unseal_secret


def receiver_of(row: Row[Any]) -> Receiver:
    """From its row. Raises SealBroken."""
    signers = [(Webhook(unseal_secret(row.secret)), None)]
    if row.previous_secret is not None:
        signers.append((Webhook(unseal_secret(row.previous_secret)), row.previous_until))
    basic = _header(unseal_basic(row.basic))
    return Receiver(
        row.id, row.version, row.url, row.method, row.face, basic, tuple(signers), Owner(row.district_id, row.bearer_id), row.uuid
    )


def _header(basic: Basic | None) -> str | None:
    return None if basic is None else "Basic " + base64.b64encode(":".join(basic).encode()).decode()

"""Telephone systems and extensions as the contract writes them."""

import re
from typing import Any
from uuid import UUID

from app.api.identifiers import id24
from app.api.ringplan.company import Company
from app.api.ringplan.writing import shown_number
from app.core import phone_numbers
from app.pbx.models import PbxExtension, PbxInstance
from app.pbx.service import secrets_given

DRIVER = "chan_pjsip"
_CALLER_ID = re.compile(r'\s*"?(?P<name>[^"<>]*?)"?\s*<(?P<number>[^<>]*)>\s*')
TRANSPORTS = {"udp": 5060, "tcp": 5060, "tls": 5061, "ws": 8088, "wss": 8089}
"""With the port that each has by default."""


def instance(row: PbxInstance, company: Company, host: str) -> dict[str, Any]:
    """The telephone system of a company; `host` is where its phones find it."""
    return {
        "_id": id24(row.uuid),
        "uuid": str(row.uuid),
        "accountcode": None,
        "channel_driver": DRIVER,
        "company_id": company.id,
        "company_name": company.name,
        "external_domain": host,
        "fqdn": host,
        "hostname": host.partition(".")[0],
        "internal_domain": None,
        "ip": None,
        "proxy_ip": None,
    }


def extension(row: PbxExtension, *, pbx: UUID, location: UUID | None, user: dict[str, Any] | None, shows_secrets: bool) -> dict[str, Any]:
    """An extension with whose it is. Secrets are for the primary user, through a key that manages."""
    secrets = {name: word if shows_secrets else None for name, word in secrets_given(row).items()}
    return {
        "_id": id24(row.uuid),
        "data": {**row.data, **secrets, "id": row.number, "extension": row.number, "name": row.name},
        "location_id": id24(location) if location is not None else None,
        "outbound_callerid": _caller_id(row.data.get("outboundcid")),
        "pbx": str(pbx),
        "phone": None,
        "purpose": row.purpose,
        "reserved": None,
        "subscriber": None,
        "user": user,
    }


def config(row: PbxExtension, *, secret: str, host: str) -> dict[str, Any]:
    """With which a softphone registers."""
    transport = next(
        (one for one in reversed(re.split(r"[^a-z]+", str(row.data.get("transport") or "").lower())) if one in TRANSPORTS), "udp"
    )
    return {
        "extension": row.number,
        "username": str(row.number),
        "password": secret,
        "server": host,
        "port": TRANSPORTS[transport],
        "transport": transport,
        "proxy": None,
        "display_name": row.name,
    }


def _caller_id(value: Any) -> dict[str, Any] | None:
    """As Asterisk writes one: "Name" <number>, or the number alone."""
    if not isinstance(value, str) or not value.strip():
        return None
    found = _CALLER_ID.fullmatch(value)
    name, number = (found["name"], found["number"]) if found else ("", value.strip())
    e164 = phone_numbers.parse_or_none(number)
    return {"name": name or None, "number": shown_number(e164) if e164 else number or None, "value": value}

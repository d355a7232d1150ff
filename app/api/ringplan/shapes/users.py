"""A member of the staff as one of the company's users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.accounts.models import OneTimeToken, Staff
from app.api.identifiers import id24
from app.api.ringplan.shapes.places import digits
from app.api.ringplan.writing import iso
from app.core.clock import now

USER_PARTS = frozenset({"address", "birthdate", "contacts", "description", "primary_agent", "timezone", "title"})
"""What another system may say of a user and the house itself does not know. Emails and the phone that rings are columns of the staff."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a member of the staff."""

    company_id: str
    zone: str
    said: Mapping[str, Any] = field(default_factory=dict)
    updated: datetime | None = None
    invitation: OneTimeToken | None = None
    extension: Mapping[str, Any] | None = None
    shows_own_phone: bool = False
    """The phone that rings for them is for themselves and who manages them."""


def split_name(name: str) -> tuple[str, str | None]:
    """First name and last name: the house has one field for both."""
    first, _, last = name.partition(" ")
    return first, last.strip() or None


def user(staff: Staff, beside: Beside) -> dict[str, Any]:
    """The contract's Contact."""
    first, last = split_name(staff.name)
    said = beside.said
    contacts = said.get("contacts") or {}
    phones = contacts.get("phones") or {}
    return {
        "id": id24(staff.uuid),
        "activated": staff.is_active,
        "address": said.get("address"),
        "birthdate": said.get("birthdate"),
        "company_id": beside.company_id,
        "contacts": {
            "email": staff.email,
            "fax": contacts.get("fax"),
            "phones": {
                "home": phones.get("home"),
                "mobile": digits(staff.phone) if beside.shows_own_phone else None,
                "other": phones.get("other"),
                "work": phones.get("work"),
            },
        },
        "created": iso(staff.created_at),
        "description": said.get("description"),
        "extension": beside.extension,
        "first_name": first,
        "invitation": _invitation(beside.invitation, has_joined=staff.is_active),
        "last_enter": iso(staff.last_seen_at),
        "last_name": last,
        "primary_agent": said.get("primary_agent"),
        "timezone": said.get("timezone") or beside.zone,
        "title": said.get("title"),
        "updated": iso(beside.updated or staff.created_at),
    }


def _invitation(link: OneTimeToken | None, *, has_joined: bool) -> dict[str, Any] | None:
    if link is None:
        return None
    if link.used_at is not None:
        status = "accepted" if has_joined else "withdrawn"
    else:
        status = "expired" if link.expires_at <= now() else "pending"
    return {
        "accepted_at": iso(link.used_at) if has_joined else None,
        "expired_at": iso(link.expires_at),
        "issued_at": iso(link.created_at),
        "status": status,
    }

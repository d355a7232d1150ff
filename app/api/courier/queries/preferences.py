"""Preferences of organizations, asked by whatever they are about. A school's go before its district's."""

from uuid import uuid5

from sqlalchemy import or_, select

from app.api.courier.models import OrgPreference
from app.api.courier.queries.organizations import Place
from app.core.database import db

CHANNEL_TITLE, PROVIDER_ACK, INITIAL_TEXT = "default-channel-title", "group-provider-ack", "initial-sms-message"
NAMES = (CHANNEL_TITLE, PROVIDER_ACK, INITIAL_TEXT)
TEXT_KEYS = ("text", "value", "message", "title")
"""Where a preference of the type json has its words."""


def preferences_of(place: Place) -> list[OrgPreference]:
    """Every one, by name. What nobody said for an organization is its district's, or nothing: such rows are not stored."""
    return [preference_of(place, name) or _implied(place, name) for name in NAMES]


def preference_text(district_id: int, school_id: int | None, name: str) -> str:
    """The words of a preference as it holds at a school; empty where nobody said any. One query."""
    row = _holding(district_id, school_id, name)
    if row is None:
        return ""
    return row.value or next((str(row.value_js[key]) for key in TEXT_KEYS if isinstance(row.value_js.get(key), str)), "")


def is_on(district_id: int, school_id: int | None, name: str) -> bool:
    """Whether a preference that is yes or no was switched on: "true", or {"enabled": true}."""
    row = _holding(district_id, school_id, name)
    return row is not None and (row.value_js.get("enabled") is True or (row.value or "").strip().lower() in {"true", "yes", "on", "1"})


def _holding(district_id: int, school_id: int | None, name: str) -> OrgPreference | None:
    return db.session.scalar(
        select(OrgPreference)
        .where(
            OrgPreference.district_id == district_id, OrgPreference.name == name,
            or_(OrgPreference.school_id.is_(None), OrgPreference.school_id == school_id),
        )
        .order_by(OrgPreference.school_id.is_(None))
        .limit(1)
    )  # fmt: skip


def preference_of(place: Place, name: str) -> OrgPreference | None:
    """What somebody said for this very organization."""
    return db.session.scalar(
        select(OrgPreference).where(
            OrgPreference.district_id == place.district.id,
            OrgPreference.school_id.is_not_distinct_from(place.school_id),
            OrgPreference.name == name,
        )
    )


def _implied(place: Place, name: str) -> OrgPreference:
    above = preference_of(Place(place.district), name) if place.school else None
    return OrgPreference(
        uuid=uuid5(place.uuid, name), district_id=place.district.id, school_id=place.school_id, name=name,
        kind=above.kind if above else "string", value=above.value if above else None, value_js=above.value_js if above else {},
        created_at=above.created_at if above else place.district.created_at,
    )  # fmt: skip


def is_explicit(row: OrgPreference) -> bool:
    """Whether somebody said it for this very organization."""
    return isinstance(row.id, int)

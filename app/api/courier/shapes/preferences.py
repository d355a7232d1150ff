"""Preferences of organizations as documents."""

from uuid import UUID

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import OrgPreference
from app.api.courier.queries.preferences import is_explicit


def preference(row: OrgPreference, organization: UUID) -> Resource:
    """What holds for an organization, and whether that was said for itself."""
    attributes = {
        "created-at": moment(row.created_at),
        "explicit": is_explicit(row),
        "name": row.name,
        "organization-id": str(organization),
        "type": row.kind,
        "value": row.value,
        "value-js": row.value_js,
    }
    return resource("org-preferences", row.uuid, attributes)

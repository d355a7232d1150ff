"""Bookmarks as documents."""

from uuid import UUID

from app.api.courier.jsonapi import Resource, moment, reference, resource
from app.api.courier.models import Bookmark


def bookmark(row: Bookmark, channel: UUID, message: UUID, school: UUID, *, by: UUID) -> Resource:
    """Where the message stands, and whose bookmark it is."""
    attributes = {
        "channel": reference(channel), "created-at": moment(row.created_at), "created-by": reference(by),
        "message": reference(message), "organization-id": str(school),
    }  # fmt: skip
    return resource("messaging-bookmarks", row.uuid, attributes)

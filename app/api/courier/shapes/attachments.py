"""Files as documents."""

from typing import Any
from uuid import UUID

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import Upload
from app.api.courier.service.uploads import Ticket
from app.api.courier.shapes.messages import thumbnail
from app.conversations.models import Attachment
from app.core.files import FileStore


def ticket(each: Ticket) -> dict[str, Any]:
    """Where to bring a file, and until when."""
    return {
        "expiration-time": int(each.expires.timestamp()), "id": str(each.upload.uuid),
        "upload-data": {"filename": each.upload.name, "content-type": each.upload.content_type}, "upload-url": each.url,
    }  # fmt: skip


def of_message(each: Attachment, message: UUID, store: FileStore) -> Resource:
    """A file of a message."""
    attributes = {
        "content-size": each.size,
        "content-type": each.content_type,
        "created-at": moment(each.created_at),
        "filename": each.name,
        "message-id": str(message),
        "removed": False,
        "thumbnail": thumbnail(each.thumbnail_key, store),
    }
    return resource("messaging-attachments", each.uuid, attributes)


def of_draft(each: Upload, store: FileStore) -> Resource:
    """A file of a draft."""
    attributes = _file(each, store) | {"message-id": str(each.owner_uuid), "removed": each.removed_at is not None}
    return resource("messaging-attachments", each.uuid, attributes)


def of_bulk(each: Upload, store: FileStore) -> Resource:
    """A file of a bulk message."""
    return resource("messaging-bulk-attachments", each.uuid, _file(each, store) | {"bulk-message-id": str(each.owner_uuid)})


def of_email(each: Upload, link: str | None) -> Resource:
    """A file of an email."""
    attributes = {
        "content-type": each.content_type,
        "created-at": moment(each.created_at),
        "download-link": link,
        "filename": each.name,
        "ready-to-use": each.ready_at is not None,
        "size": each.size,
    }
    return resource("user-email-attachments", each.uuid, attributes)


def _file(each: Upload, store: FileStore) -> dict[str, Any]:
    return {
        "content-size": each.size,
        "content-type": each.content_type,
        "created-at": moment(each.created_at),
        "filename": each.name,
        "thumbnail": thumbnail(each.thumbnail_key, store),
    }

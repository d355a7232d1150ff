"""Bulk messages and multicasts as documents."""

from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementState
from app.api.courier.jsonapi import Resource, moment, moment_or_none, resource
from app.api.courier.models import BulkMessage, Multicast
from app.api.courier.shapes.people import names_of

NOT_POSTED = {AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL}


def bulk(row: BulkMessage, announcement: Announcement, author: Staff, organization: UUID) -> Resource:
    """The same words into many channels. One that waits for approval is no draft any more, and not posted yet."""
    is_posted = announcement.state not in NOT_POSTED
    attributes = {
        "created-at": moment(row.created_at),
        "created-by": str(author.uuid),
        "draft": announcement.state == AnnouncementState.DRAFT,
        "individual-group-ids": row.group_ids,
        "individual-ids": row.individual_ids,
        "message": row.message,
        "message-js": row.by_locale or {"en_US": row.message or ""},
        "organization-id": str(organization),
        "posted-time": moment_or_none(announcement.accepted_at) if is_posted else None,
        "sender-individual-group-id": row.sender_group_id,
        "sender-individual-id": str(author.uuid),
    }
    return resource("messaging-bulk-messages", row.uuid, attributes)


def multicast(row: Multicast, announcement: Announcement, author: Staff) -> Resource:
    """A template to a filtered audience; its status is that of the announcement."""
    given, family = names_of(author)
    groups = row.filters.get("individual-group-ids") or []
    attributes: dict[str, Any] = {
        "created-at": moment(row.created_at),
        "created-by": str(author.uuid),
        "data": row.data,
        "first-name": given,
        "individual-group-id": groups[0] if len(groups) == 1 else None,
        "individual-id": str(author.uuid),
        "last-name": family,
        "status": announcement.state,
        "template-args": row.filters,
        "template-id": row.template,
        "user-name": author.shown_name,
    }
    return resource("multicasts", row.uuid, attributes)


def user_multicast(row: Multicast, author: Staff, organization: UUID) -> Resource:
    """A template that somebody sent to named people."""
    attributes = {
        "created-at": moment(row.created_at),
        "individual-id": str(author.uuid),
        "organization-id": str(organization),
        "template-data": row.data,
        "template-id": row.template,
    }
    return resource("user-multicasts", row.uuid, attributes)


def ticket(row: Multicast, announcement: Announcement) -> dict[str, Any]:
    """What was queued; the task is the announcement, whose report is on the page of announcements."""
    return {
        "message-data": {"multicast-id": str(row.uuid), "status": announcement.state, "template-id": row.template, **row.filters},
        "task-id": str(announcement.uuid),
    }

"""Rules as documents."""

from typing import Any
from uuid import UUID

from app.api.courier.jsonapi import Resource, moment, moment_or_none, resource, text_of
from app.api.courier.models import Announcer, MessagingOperation, Plugin, Responder


def plugin(each: Plugin, organization: UUID, by: UUID | None, changed_by: UUID | None) -> Resource:
    """A text expander."""
    return resource("messaging-plugins", each.uuid, _common(each, organization, by, changed_by) | {"enabled": each.is_enabled})


def announcer(each: Announcer, organization: UUID, by: UUID | None, changed_by: UUID | None) -> Resource:
    """A rule that tells somebody."""
    return resource("announcers", each.uuid, _common(each, organization, by, changed_by) | {"event": each.event})


def responder(each: Responder, organization: UUID, by: UUID | None, changed_by: UUID | None, group: UUID | None) -> Resource:
    """An automatic answer."""
    hours = [{"day": rule.get("day") or "everyday", **{name: rule.get(name) for name in ("start-time", "end-time")}} for rule in each.hours]
    attributes = _common(each, organization, by, changed_by) | {
        "calendar-args": {"rules": hours, "timezone": each.time_zone},
        "enabled": each.is_enabled,
        "end-at": moment_or_none(each.end_at),
        "individual-group-id": text_of(group),
        "start-at": moment_or_none(each.start_at),
    }
    return resource("messaging-responders", each.uuid, attributes)


def operation(each: MessagingOperation, organization: UUID, by: UUID | None, *, with_args: bool) -> Resource:
    """Maintenance, and what it did."""
    attributes = {
        "args": each.args if with_args else {},
        "created-at": moment(each.created_at),
        "created-by": text_of(by),
        "last-modified-at": moment(each.changed_at),
        "logs": each.logs,
        "organization-id": str(organization),
        "status": each.status,
        "type": each.kind,
    }
    return resource("messaging-operations", each.uuid, attributes)


def _common(each: Plugin | Announcer | Responder, organization: UUID, by: UUID | None, changed_by: UUID | None) -> dict[str, Any]:
    return {
        "args": each.args,
        "created-at": moment(each.created_at),
        "created-by": text_of(by),
        "last-modified-at": moment(each.changed_at),
        "last-modified-by": text_of(changed_by),
        "name": each.name,
        "organization-id": str(organization),
        "type": each.kind,
    }

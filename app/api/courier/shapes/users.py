"""Accounts, devices, notifications and emails as documents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.accounts.models import Staff, StaffStatus
from app.api.courier.jsonapi import Resource, moment, moment_or_none, resource, text_of
from app.api.courier.models import BadgeCount, EmailStatus, UserDevice, UserEmail, UserNotification
from app.api.courier.shapes.people import names_of


def user(person: Staff, ways: list[str], zone: str) -> Resource:
    """An account of the staff. Its own phone is nobody's business."""
    given, family = names_of(person)
    attributes = {
        "auto-sign-up": False,
        "communication-preferences": {"notifications": ways},
        "email": person.email,
        "email-verified": person.status == StaffStatus.ACTIVE,
        "first-name": given,
        "last-name": family,
        "last-sync-time": None,
        "locale": person.language,
        "locale-explicit": True,
        "notifications": ways,
        "phone": None,
        "phone-unsubscribed": False,
        "phone-verified": False,
        "primary-individual-id": str(person.uuid),
        "sms-mode": "disabled",
        "state": person.status,
        "tz": zone,
        "tz-explicit": False,
        "username": person.email,
    }
    return resource("users", person.uuid, attributes)


def device(each: UserDevice, owner: UUID) -> Resource:
    """A browser that shows notifications."""
    attributes = {
        "allow-notification": each.is_allowed,
        "app-name": each.app_name,
        "app-version": each.app_version,
        "created-at": moment(each.created_at),
        "individual-id": str(owner),
        "last-modified-at": moment(each.changed_at),
        "model": each.model,
        "os-version": each.os_version,
        "sandbox": each.is_sandbox,
        "token": each.token,
        "topic": each.topic,
        "type": each.kind,
    }
    return resource("user-devices", each.uuid, attributes)


def device_log(each: UserNotification) -> Resource:
    """What a device was told."""
    attributes = {
        "badge-count": each.badge, "body": each.body, "category": each.category, "created-at": moment(each.created_at),
        "data": each.details, "title": each.title,
    }  # fmt: skip
    return resource("user-device-logs", each.uuid, attributes)


def notification(each: UserNotification, owner: Staff, organization: UUID) -> Resource:
    """A line of the bell menu."""
    given, family = names_of(owner)
    push = {"body": each.body, "category": each.category, "data": each.details, "title": each.title}
    attributes: dict[str, Any] = {
        "acknowledged": each.acknowledged_at is not None,
        "active": each.acknowledged_at is None,
        "created-at": moment(each.created_at),
        "data": {"apn": push, "fcm": push, "sms": {"bodies": []}, "web": push},
        "individual-id": str(owner.uuid),
        "organization-id": str(organization),
        "user-first-name": given,
        "user-id": str(owner.uuid),
        "user-last-name": family,
    }
    return resource("user-notifications", each.uuid, attributes)


def count(user_id: UUID, day: date, number: int) -> dict[str, Any]:
    """How many on one day."""
    return {
        "type": "notification-counts",
        "attributes": {"count": number, "daily-for-date": day.isoformat(), "user-id": str(user_id)},
    }


def email(each: UserEmail, author: UUID, by: UUID, organization: UUID | None) -> Resource:
    """An email, and what became of it."""
    attributes = {
        "created-at": moment(each.created_at),
        "created-by": str(by),
        "individual-id": str(author),
        "last-modified-at": moment(each.changed_at),
        "message": each.message,
        "message-html": each.message_html,
        "result": each.result,
        "sender-organization-id": text_of(organization),
        "status": EmailStatus(each.status).value,
        "subject": each.subject,
        "task-id": text_of(each.delivery_uuid),
        "to": [each.address],
        "user-id": str(author),
    }
    return resource("user-emails", each.uuid, attributes)


def badge(each: BadgeCount, owner: UUID, organization: UUID, *, number: int, arrived_at: datetime | None) -> Resource:
    """A number beside an icon."""
    attributes = {
        "count": number,
        "individual-id": str(owner),
        "last-modified-at": moment(arrived_at or each.changed_at),
        "organization-id": str(organization),
        "timestamp": moment_or_none(each.counted_at),
        "type": each.kind,
    }
    return resource("badge-counts", each.uuid, attributes)

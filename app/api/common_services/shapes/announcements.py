"""Announcements, and what became of each number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.announcements.models import Announcement, AnnouncementState, Channel, Outcome, SkipReason
from app.api.common_services.models import ClientAnnouncement, Taking
from app.api.common_services.shapes.messages import AT_THE_PROVIDER, error_description
from app.api.common_services.shapes.moments import moment
from app.core.clock import now
from app.delivery.models import Delivery, DeliveryState

STATES = {
    AnnouncementState.DRAFT: "pending",
    AnnouncementState.AWAITING_APPROVAL: "pending",
    AnnouncementState.SCHEDULED: "pending",
    AnnouncementState.PREPARING: "sending",
    AnnouncementState.SENDING: "sending",
    AnnouncementState.PAUSED: "sending",
    AnnouncementState.FINISHED: "finished",
    AnnouncementState.HALTED: "cancelled",
    AnnouncementState.CANCELLED: "cancelled",
}
SKIP = "skip:"
NEVER_WHOLE = "announcement_failed"
"""The code of each number of an announcement that failed before anybody was written to."""
REASONS: dict[str, str] = {
    SkipReason.NO_PHONE: "This is no phone number. Write it in E.164, such as +15035550142.",
    SkipReason.OPTED_OUT: "This number replied STOP, so nothing was sent.",
    SkipReason.NO_TEXTS: "This line does not take texts. Announce by voice instead.",
    SkipReason.DEAD: "This number is not in use any more.",
    SkipReason.WRONG: "Somebody said that this number is not theirs.",
    SkipReason.NOT_PERMITTED: "The school's records say not to write to this number.",
    SkipReason.OFF_RECORD: "This number was taken off the school's records.",
    SkipReason.SAME_ADDRESS: "This number stands in the list already.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement with what was counted of it. `sizes` are how many numbers were given, and how many that were none."""

    announcement: Announcement
    client: ClientAnnouncement
    body: str
    counts: Mapping[str, int]
    sizes: tuple[int, int]
    speaker: str | None


def announcement_shape(shown: Shown) -> dict[str, Any]:
    """One."""
    one, counts = shown.announcement, shown.counts
    is_failed = shown.client.state == Taking.FAILED
    blocked = counts.get(Outcome.BLOCKED, 0) + counts.get(SKIP + SkipReason.OPTED_OUT, 0)
    elsewhere = {SKIP + SkipReason.OPTED_OUT, SKIP + SkipReason.NO_PHONE}  # blocked, and known since it was asked for
    skipped = sum(n for outcome, n in counts.items() if outcome.startswith(SKIP) and outcome not in elsewhere)
    return {
        "uuid": str(one.uuid),
        "announcement_type": "voice" if Channel.VOICE in one.channels else "sms",
        "message_body": shown.body,
        "media_urls": shown.client.media_urls,
        "provider_number": shown.speaker,
        "internal_status": announcement_status(one, shown.client),
        "recipients_count": sum(shown.sizes),
        "delivered_count": counts.get(Outcome.DELIVERED, 0),
        "failed_count": sum(shown.sizes) if is_failed else counts.get(Outcome.FAILED, 0) + skipped + shown.sizes[1],
        "blocked_count": blocked,
        "error_description": shown.client.error_words if is_failed else None,
        "send_at": moment(one.scheduled_for),
        "created_at": moment(one.created_at),
        "updated_at": moment(max(one.updated_at, one.finished_at or one.updated_at)),
    }


def announcement_status(one: Announcement, client: ClientAnnouncement) -> str:
    """One word of the contract."""
    if client.state in {Taking.FAILED, Taking.CANCELLED}:
        return "failed" if client.state == Taking.FAILED else "cancelled"
    state = AnnouncementState(one.state)
    if state is AnnouncementState.DRAFT and one.returned_because is not None:
        return "failed"
    if state is AnnouncementState.SCHEDULED and one.scheduled_for is not None and one.scheduled_for > now():
        return "scheduled"
    return STATES[state]


def recipient_shape(
    number: str, announcement: Announcement, client: ClientAnnouncement, delivery: Delivery | None, reason: str | None
) -> dict[str, Any]:  # fmt: skip
    """What became of one number."""
    is_voice = Channel.VOICE in announcement.channels
    status, code = _status(announcement, client, delivery, reason)
    words = client.error_words if code == NEVER_WHOLE else REASONS.get(code) or error_description(code) if code else None
    return {
        "receiver_number": number,
        "internal_status": status,
        "provider_status": AT_THE_PROVIDER.get(DeliveryState(delivery.state)) if delivery and delivery.provider_id else None,
        "message_uuid": str(delivery.uuid) if delivery and not is_voice else None,
        "call_uuid": str(delivery.uuid) if delivery and is_voice else None,
        "error_code": code,
        "error_description": words,
        "updated_at": moment((delivery.finished_at or delivery.started_at or delivery.created_at) if delivery else announcement.updated_at),
    }


def _status(
    announcement: Announcement, client: ClientAnnouncement, delivery: Delivery | None, reason: str | None
) -> tuple[str, str | None]:  # fmt: skip
    if delivery is not None:
        return str(delivery.state), delivery.error_code if delivery.state in {DeliveryState.FAILED, DeliveryState.BLOCKED} else None
    if reason is not None:
        return "blocked" if reason == SkipReason.OPTED_OUT else "failed", reason
    if client.state == Taking.FAILED:
        return "failed", NEVER_WHOLE
    return "cancelled" if STATES[AnnouncementState(announcement.state)] == "cancelled" else "pending", None

"""Video calls, their people and their recordings as documents."""

from datetime import timedelta
from typing import Any

from app.accounts.models import Staff, StaffStatus
from app.api.courier.jsonapi import Resource, moment, moment_or_none, resource, text_of
from app.api.courier.queries.videos import Guest, Video
from app.api.courier.shapes.people import names_of
from app.core.clock import now
from app.directory.models import Guardian
from app.video.models import Provider, RecordingState, VideoCall, VideoRecording, VideoState
from app.video.queries import MOST

MOST_AT_ZOOM = 1000
JOIN_BEFORE = timedelta(minutes=10)
_WORK = {RecordingState.READY: "completed", RecordingState.PENDING: "processing", RecordingState.FAILED: "failed"}


def video_channel(each: Video) -> Resource:
    """One call. Clinical ids are none of a school's."""
    call = each.call
    attributes = {
        "appless": call.provider == Provider.EMBEDDED,
        "appointment": _appointment(call),
        "channel-state": state_of(call),
        "compositions": [_embedded_composition(one) for one in each.recordings],
        "created-at": moment(call.created_at),
        "created-by": str(each.host.uuid),
        "duration": call.seconds,
        "encounter-id": None,
        "max-participants": MOST if call.provider == Provider.EMBEDDED else MOST_AT_ZOOM,
        "note": call.note or None,
        "observation-id": None,
        "organization-display-name": each.place.name,
        "organization-id": str(each.place.uuid),
        "participants": [_embedded_participant(one) for one in each.people],
        "recorded": call.wants_recording,
        "scheduler-id": str(each.host.uuid) if call.scheduled_at else None,
        "subject-id": text_of(each.details.subject_id),
        "type": "group" if each.details.is_group else "direct",
    }
    return resource("video-channels", call.uuid, attributes)


def state_of(call: VideoCall) -> str:
    """As this face names it."""
    if call.is_over:
        return "terminated"
    return "scheduled" if call.state == VideoState.PENDING and call.scheduled_at and call.scheduled_at > now() else "open"


def video_participant(call: VideoCall, each: Guest) -> Resource:
    """One person's place."""
    place = each.place
    attributes = {
        "account-type": _account_type(each),
        "audio-state": "muted" if place.is_muted else "unmuted",
        "connected-at": moment_or_none(place.joined_at),
        "disconnected": not place.is_present,
        "encounter-id": None,
        "individual-id": str(each.individual_id),
        "last-modified-at": moment(place.updated_at),
        "last-modified-by": text_of(each.changed_by),
        "note": place.note or None,
        "status": status_of(each),
        "twilio-channel-id": None,
        "video-channel-id": str(call.uuid),
    }
    return resource("video-participants", place.uuid, attributes)


def status_of(each: Guest) -> str:
    """Where somebody is: honest about who came."""
    place = each.place
    if place.removed_at is not None:
        return "removed"
    if place.waiting_since is not None:
        return "waiting"
    if place.is_present:
        return "connected"
    if place.joined_at is not None:
        return "disconnected"
    return "invited" if place.invited_at is not None else "pending"


def video_composition(call: VideoCall, each: VideoRecording) -> Resource:
    """One recording."""
    return resource("video-compositions", each.uuid, _composition(each) | {"video-channel-id": str(call.uuid)})


def _composition(each: VideoRecording) -> dict[str, Any]:
    return {
        "created-at": moment(each.created_at),
        "duration": each.seconds or 0,
        "last-modified-at": moment(each.updated_at),
        "processing-pct": 100 if each.state == RecordingState.READY else 0,
        "processing-status": _WORK[RecordingState(each.state)],
        "size": each.size,
        "status": str(each.state),
    }


def _embedded_composition(each: VideoRecording) -> dict[str, Any]:
    return _composition(each) | {"id": str(each.uuid)}


def _embedded_participant(each: Guest) -> dict[str, Any]:
    given, family = names_of(each.person) if each.person else (each.place.name, None)
    return {
        "account-type": _account_type(each),
        "audio-state": "muted" if each.place.is_muted else "unmuted",
        "disconnected": not each.place.is_present,
        "encounter-id": None,
        "first-name": given,
        "id": str(each.place.uuid),
        "individual-id": str(each.individual_id),
        "last-name": family,
        "note": each.place.note or None,
        "photo": None,
        "status": status_of(each),
        "user": _user(each),
    }


def _user(each: Guest) -> dict[str, Any]:
    """The account: of the staff their own, while families and guests have none and come by a link."""
    person = each.person
    is_staff = isinstance(person, Staff)
    is_active = isinstance(person, Staff) and person.status == StaffStatus.ACTIVE
    ways = {"web"} if is_staff else {"sms"} if each.place.contact_point_id is not None else set()
    return {
        "communication-preferences": {way: {"enabled": way in ways} for way in ("email", "mobile", "sms", "voice", "web")},
        "email-verified": is_active,
        "id": str(each.individual_id),
        "phone-verified": isinstance(person, Guardian) and each.place.contact_point_id is not None,
        "registration-invite": "accepted" if is_active or each.place.joined_at else "pending",
        "state": "registered" if is_active else "archived" if is_staff else "invited",
    }


def _account_type(each: Guest) -> str:
    return "provider" if each.place.staff_id is not None else "subscriber"


def _appointment(call: VideoCall) -> dict[str, Any] | None:
    if call.scheduled_at is None:
        return None
    return {
        "duration": call.minutes, "id": str(call.uuid), "join-start": moment(call.scheduled_at - JOIN_BEFORE),
        "start": moment(call.scheduled_at),
    }  # fmt: skip

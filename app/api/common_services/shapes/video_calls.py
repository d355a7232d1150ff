"""Video calls, who takes part, and what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.api.common_services.models import ClientConversation, ClientVideoCall
from app.api.common_services.shapes.moments import moment
from app.video.models import VideoCall, VideoParticipant, VideoRecording


@dataclass(frozen=True, slots=True)
class Shown:
    """A call with what only its program knows of it. `tokens` are made anew each time, by participant."""

    call: VideoCall
    client: ClientVideoCall
    talk: ClientConversation | None
    people: Sequence[VideoParticipant] = ()
    recordings: Sequence[VideoRecording] = ()


def call_shape(shown: Shown) -> dict[str, Any]:
    """What every answer and event has."""
    call, talk = shown.call, shown.talk
    return {
        "shunkan_ido_session_key": str(call.uuid),
        "session_name": call.session_name,
        "internal_status": call.state,
        "provider_status": call.provider_status,
        "bearer_id": shown.client.bearer_id,
        "client_conversation_id": talk.client_id if talk else None,
        "internal_conversation_id": str(talk.internal_id) if talk else None,
        "global_id": str(talk.global_id) if talk else None,
        "provider_id": call.provider_id,
        "start_time": moment(call.started_at),
        "end_time": moment(call.ended_at),
        "created_at": moment(call.created_at),
        "updated_at": moment(call.updated_at),
        "host_username": call.host_name,
        "maximum_call_length": call.minutes,
    }


def whole_shape(shown: Shown, tokens: dict[int, str]) -> dict[str, Any]:
    """With its people and recordings."""
    host = next((one for one in shown.people if one.is_host), None)
    return {
        **call_shape(shown),
        "host_token": tokens.get(host.id, "") if host else "",
        "end_at": moment(shown.call.end_at),
        "video_call_recordings": [recording_shape(one) for one in shown.recordings],
        "video_call_participants": [participant_shape(shown, one, tokens.get(one.id, "")) for one in shown.people],
    }


def event_shape(shown: Shown) -> dict[str, Any]:
    """Without tokens."""
    return {
        "id": shown.call.id,
        **call_shape(shown),
        "end_at": moment(shown.call.end_at),
        "video_call_recordings": [recording_shape(one) for one in shown.recordings],
    }


def participant_shape(shown: Shown, one: VideoParticipant, token: str) -> dict[str, Any]:
    """Somebody, with the token to come in."""
    return {
        "shunkan_ido_user_key": str(one.uuid),
        "shunkan_ido_session_key": str(shown.call.uuid),
        "is_host": one.is_host,
        "token_signature": token,
        "username": one.name,
        "provider_id": one.provider_id,
        "bearer_id": shown.client.bearer_id,
        "video_call_id": shown.call.id,
        "session_name": shown.call.session_name,
        "created_at": moment(one.created_at),
        "updated_at": moment(one.updated_at),
    }


def recording_shape(one: VideoRecording) -> dict[str, Any]:
    """A file of the provider's."""
    return {
        "id": one.id,
        "file_type": one.file_type,
        "recording_url": one.url,
        "duration": one.seconds,
        "status": one.state,
        "created_at": moment(one.created_at),
        "updated_at": moment(one.updated_at),
    }

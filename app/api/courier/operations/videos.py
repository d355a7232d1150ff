"""Video calls: opened, scheduled, joined, changed and ended; their people and their recordings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import moment_from
from app.api.courier.face import face
from app.api.courier.permissions import need
from app.api.courier.queries import people, videos
from app.api.courier.queries.channels import conversation_named
from app.api.courier.queries.organizations import place_named
from app.api.courier.service.videos import NewVideo, open_video, set_sound
from app.api.courier.shapes import videos as shapes
from app.api.refusals import Refused, Why
from app.core.errors import NotVisible
from app.video import service, tokens
from app.video.errors import VideoCallIsOver
from app.video.models import VideoCall
from app.video.queries import participant_visible_to, recording_visible_to, recordings_of


@face.operation("listVideoChannels", scope=Scope.VIDEO)
def list_video_channels(asked: Asked) -> Answer:
    """The newest first."""
    staff = acting(asked)
    query = videos.call_rows(staff)
    if states := asked.query.get("filter[states]"):
        query = query.where(videos.is_in(states))
    if organization := asked.query.get("organization-id"):
        query = query.where(place_named(staff, organization, field="query/organization-id").narrows(VideoCall.school_id))
    found, total = jsonapi.page_of(asked, query)
    return Answer(body=jsonapi.listing([shapes.video_channel(each) for each in videos.videos(found)], asked, total))


@face.operation("createVideoChannel", scope=Scope.VIDEO)
def create_video_channel(asked: Asked) -> Answer:
    """Now, or for a time to come. Links leave as texts, so that consent and quiet hours hold."""
    staff, values = acting(asked), jsonapi.given(asked)
    need(staff, Permission.MAKE_CALLS)
    if values.get("with-email"):
        raise Refused(
            Why.RULE, "Guardians are invited by text here, not by email. Leave with-email out.", field="body/data/attributes/with-email"
        )
    named = people.named(staff, jsonapi.ids_of(values["participants"]))
    subject = jsonapi.id_or_none(values.get("subject-id"))
    appointment: Mapping[str, Any] = values.get("appointment") or {}
    talk = values.get("messaging-channel-id")
    how_many = len(named.staff) + len(named.guardians) + len(named.students)
    wanted = NewVideo(
        school_id=place_named(staff, values["organization-id"], field="body/data/attributes/organization-id").school_id,
        people=named,
        talk=conversation_named(staff, jsonapi.id_of(talk)) if talk else None,
        is_appless=values.get("appless", False),
        is_group=values.get("type") == "group" if "type" in values else how_many > 1,
        is_recorded=values.get("recorded", False),
        subject_id=people.individual(staff, subject).uuid if subject else None,
        starts_at=_moment(appointment.get("start"), "body/data/attributes/appointment/start"),
        minutes=appointment.get("duration"),
    )
    return _one(staff, open_video(staff, wanted), 201)


@face.operation("getVideoChannel", scope=Scope.VIDEO)
def get_video_channel(asked: Asked) -> Answer:
    """One call."""
    staff = acting(asked)
    return _one(staff, _named(asked, staff))


@face.operation("updateVideoChannel", scope=Scope.VIDEO)
def update_video_channel(asked: Asked) -> Answer:
    """Its time and length before it begins, its note at any time."""
    staff, values = acting(asked), jsonapi.given(asked)
    need(staff, Permission.MAKE_CALLS)
    call = _named(asked, staff)
    service.change(
        staff, call.id, minutes=values.get("appointment-duration"), note=values.get("note"), wants_recording=values.get("recorded"),
        scheduled_at=_moment(values.get("appointment-start"), "body/data/attributes/appointment-start"),
    )  # fmt: skip
    return _one(staff, call)


@face.operation("getVideoCredentials", scope=Scope.VIDEO)
def get_video_credentials(asked: Asked) -> Answer:
    """The token of whom the request names: somebody of the staff, or a guardian who has a place in this call."""
    staff = asked.staff
    call = _named(asked, acting_or_own(asked))
    if call.is_over:
        raise VideoCallIsOver
    wanted = jsonapi.id_of(asked.query["individual-id"])
    place = next((each.place for each in videos.guests([call.id]) if each.individual_id == wanted and each.place.staff_id is None), None)
    if place is None:
        staff = acting(asked)
        need(staff, Permission.MAKE_CALLS)
        call, place = service.join_as_staff(staff, call.id)
    return Answer(body={"access-token": tokens.token_for(call, place), "name": call.session_name})


def acting_or_own(asked: Asked) -> Staff:
    """Who looks for the call: the caller, in whose name a guardian's token is fetched, too."""
    try:
        return acting(asked)
    except NotVisible:
        return acting(asked, str(asked.staff.uuid))


@face.operation("setParticipantAudioStates", scope=Scope.VIDEO)
def set_participant_audio_states(asked: Asked) -> Answer:
    """All of these, or none. Whoever is unmuted is asked to speak: only their own page opens their microphone."""
    staff = acting(asked, asked.body.get("individual-id"))
    need(staff, Permission.MAKE_CALLS)
    call = _named(asked, staff)
    set_sound(staff, call, {jsonapi.id_of(each["id"]): each["audio-state"] == "muted" for each in asked.body["participants"]})
    return _one(staff, call, 201)


@face.operation("startReminderTimer", scope=Scope.VIDEO)
def start_reminder_timer(asked: Asked) -> Answer:
    """Ten minutes before the call, its guests are texted their links."""
    staff = acting(asked)
    need(staff, Permission.MAKE_CALLS)
    return _one(staff, service.arm_reminder(staff, _named(asked, staff).id), 201)


@face.operation("terminateVideoChannel", scope=Scope.VIDEO)
def terminate_video_channel(asked: Asked) -> Answer:
    """For everybody; what is over stays over."""
    staff = acting(asked)
    need(staff, Permission.MAKE_CALLS)
    return _one(staff, service.end_as_host(staff, _named(asked, staff).id), 201)


@face.operation("listVideoCompositions", scope=Scope.VIDEO)
def list_video_compositions(asked: Asked) -> Answer:
    """What the provider recorded of a call."""
    call = videos.call_named(acting(asked), jsonapi.id_of(asked.query["video-channel-id"]))
    return Answer(body=jsonapi.whole([shapes.video_composition(call, each) for each in recordings_of(call)], asked))


@face.operation("getVideoComposition", scope=Scope.VIDEO)
def get_video_composition(asked: Asked) -> Answer:
    """One recording."""
    call, recording = recording_visible_to(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shapes.video_composition(call, recording)))


@face.operation("listVideoParticipants", scope=Scope.VIDEO)
def list_video_participants(asked: Asked) -> Answer:
    """Everybody who was asked or came, the host first."""
    call = videos.call_named(acting(asked), jsonapi.id_of(asked.query["video-channel-id"]))
    return Answer(body=jsonapi.whole([shapes.video_participant(call, each) for each in videos.guests([call.id])], asked))


@face.operation("getVideoParticipant", scope=Scope.VIDEO)
def get_video_participant(asked: Asked) -> Answer:
    """One person's place."""
    call, place = participant_visible_to(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(shapes.video_participant(call, videos.guest(place))))


@face.operation("updateVideoParticipant", scope=Scope.VIDEO)
def update_video_participant(asked: Asked) -> Answer:
    """Mute somebody, take them out, or write something down about them."""
    staff, values = acting(asked), jsonapi.given(asked)
    need(staff, Permission.MAKE_CALLS)
    is_muted = values["audio-state"] == "muted" if "audio-state" in values else None
    number = jsonapi.path_id(asked)
    service.change_participant(staff, number, is_muted=is_muted, is_out=values.get("disconnected"), note=values.get("note"))
    call, place = participant_visible_to(staff, number)
    return Answer(body=jsonapi.document(shapes.video_participant(call, videos.guest(place))))


def _named(asked: Asked, staff: Staff) -> VideoCall:
    return videos.call_named(staff, jsonapi.path_id(asked))


def _one(staff: Staff, call: VideoCall, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(shapes.video_channel(videos.video(videos.call_named(staff, call.uuid)))))


def _moment(text: Any, place: str) -> datetime | None:
    """A time to come. Raises Refused."""
    return None if text is None else moment_from(text, place)

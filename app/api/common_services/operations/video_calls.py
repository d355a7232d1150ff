"""Video calls, and what their provider tells."""

from uuid import UUID

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services.face import face
from app.api.common_services.operations.messages import named
from app.api.common_services.operations.told import told
from app.api.common_services.service import video_calls as service
from app.api.common_services.service.conversations import Named
from app.api.common_services.shapes.video_calls import call_shape, participant_shape, whole_shape
from app.video import service as room
from app.video.tokens import token_for


@face.operation("createVideoCall", scope=Scope.VIDEO)
@told
def create_video_call(asked: Asked) -> Answer:
    """With the token of its host."""
    body = asked.body["video_call"]
    meant = named(body)
    shown = service.create(
        asked.caller, session_name=body["session_name"], host_name=body["host_username"], minutes=body.get("maximum_call_length", 60),
        named=None if meant == Named() else meant, callback_url=body.get("callback_url"),
    )  # fmt: skip
    host = next(one for one in shown.people if one.is_host)
    return Answer(201, {**call_shape(shown), "host_token": token_for(shown.call, host)})


@face.operation("getVideoCall", scope=Scope.VIDEO)
@told
def get_video_call(asked: Asked) -> Answer:
    """With its people and recordings. Tokens of one that is over open nothing."""
    shown = service.found(asked.caller, UUID(asked.path["session_key"]))
    return Answer(200, whole_shape(shown, {one.id: token_for(shown.call, one) for one in shown.people}))


@face.operation("createVideoCallParticipant", scope=Scope.VIDEO)
@told
def create_participant(asked: Asked) -> Answer:
    """With the token to come in."""
    body = asked.body["participant"]
    shown, added = service.add(asked.caller, UUID(body["session_key"]), body["username"])
    return Answer(201, participant_shape(shown, added, token_for(shown.call, added)))


@face.operation("receiveZoomWebhook", scope=None)
@told
def receive_zoom(asked: Asked) -> Answer:
    """Signed by the provider."""
    stamp, signature = asked.headers.get("x-zm-request-timestamp", ""), asked.headers.get("x-zm-signature", "")
    return Answer(200, room.receive_zoom(asked.raw, timestamp=stamp, signature=signature))

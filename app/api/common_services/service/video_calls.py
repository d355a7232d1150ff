"""Video calls of programs, by the room of video calls."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.callers import Caller
from app.api.common_services.models import ClientConversation, ClientParticipant, ClientVideoCall
from app.api.common_services.service.conversations import Named, found_or_opened
from app.api.common_services.shapes.video_calls import Shown
from app.api.common_services.sight import is_own
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.video import queries
from app.video import service as room
from app.video.models import VideoCall, VideoParticipant
from app.webhooks.addresses import check_form


def create(
    caller: Caller, *, session_name: str, host_name: str, minutes: int, named: Named | None, callback_url: str | None
) -> Shown:  # fmt: skip
    """A call with its host. Raises NoSuchConversation, WrongLength, UnsafeAddress."""
    if callback_url is not None:
        check_form(callback_url)
    with transaction():
        talk = found_or_opened(caller, named, callback_url=callback_url) if named is not None else None
        plan = room.Plan(
            session_name=session_name, host_name=host_name, minutes=minutes, provider=room.provider_of_systems(),
            conversation_id=_only_thread(talk),
        )  # fmt: skip
        call = room.create(caller.staff, plan)
        client = ClientVideoCall(
            video_call_id=call.id, district_id=caller.district_id, bearer_id=caller.bearer.id, conversation_id=talk.id if talk else None,
            callback_url=callback_url,
        )  # fmt: skip
        db.session.add(client)
        db.session.flush()
    return shown_of(call, client)


def add(caller: Caller, session_key: UUID, name: str) -> tuple[Shown, VideoParticipant]:
    """A further participant. Raises NotVisible, VideoCallIsOver."""
    shown = found(caller, session_key)
    added = room.add_participant(caller.staff, shown.call.id, name)
    return shown, added


def found(caller: Caller, session_key: UUID) -> Shown:
    """One of the bearer's. Raises NotVisible."""
    row = db.session.execute(
        select(VideoCall, ClientVideoCall)
        .join(ClientVideoCall, ClientVideoCall.video_call_id == VideoCall.id)
        .where(VideoCall.uuid == session_key, is_own(caller, ClientVideoCall))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotVisible
    return shown_of(row[0], row[1])


def shown_of(call: VideoCall, client: ClientVideoCall) -> Shown:
    """With its people and recordings."""
    talk = db.session.get(ClientConversation, client.conversation_id) if client.conversation_id else None
    return Shown(call, client, talk, queries.participants_of(call), queries.recordings_of(call))


def _only_thread(talk: ClientConversation | None) -> int | None:
    """The thread in whose timeline the call stands: that of the one contact."""
    if talk is None:
        return None
    here = (ClientParticipant.conversation_id == talk.id, ClientParticipant.thread_id.is_not(None), ClientParticipant.ended_at.is_(None))
    threads = db.session.scalars(select(ClientParticipant.thread_id).where(*here).limit(2)).all()
    return threads[0] if len(threads) == 1 else None

"""What every change of a call begins and ends with."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from uuid import UUID

from sqlalchemy import select

from app.accounts.behind import acting_for
from app.accounts.models import Bearer, Staff
from app.conversations.models import Conversation
from app.conversations.service import beside
from app.core.clock import now
from app.core.database import db, open_events
from app.video.errors import NoSuchSeat, VideoCallIsOver
from app.video.events import SeatChanged, VideoCallChanged, VideoStatusChanged
from app.video.models import VideoCall, VideoParticipant, VideoState
from app.video.tokens import Seat


def hold(call_id: int) -> VideoCall:
    """The call as it is now, and nobody else's until the commit."""
    held = select(VideoCall).where(VideoCall.id == call_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(held).one()


def hold_open(call_id: int) -> VideoCall:
    """The same of one that goes on, or may still begin. Raises VideoCallIsOver."""
    call = hold(call_id)
    if call.is_over or call.end_at <= now():
        raise VideoCallIsOver
    return call


def hold_seat(seat: Seat) -> tuple[VideoCall, VideoParticipant]:
    """A call and one of its people. Raises NoSuchSeat."""
    held = select(VideoCall).where(VideoCall.uuid == seat.call).with_for_update().execution_options(populate_existing=True)
    call = db.session.scalar(held)
    participant = participant_of(call, seat.participant) if call is not None else None
    if call is None or participant is None:
        raise NoSuchSeat
    return call, participant


def participant_of(call: VideoCall, uuid: UUID) -> VideoParticipant | None:
    """One of the people of a held call, as they are now."""
    theirs = (VideoParticipant.uuid == uuid, VideoParticipant.video_call_id == call.id)
    return db.session.scalar(select(VideoParticipant).where(*theirs).execution_options(populate_existing=True))


@contextmanager
def by_hand_of(seat: Seat, staff: Staff) -> Iterator[None]:
    """Whoever has a token of a system acts as that system in this person's name: nobody knows whose hand it is."""
    bearer = db.session.get(Bearer, seat.bearer_id) if seat.bearer_id is not None else None
    with acting_for(bearer, staff) if bearer is not None else nullcontext():
        yield


def changed(call: VideoCall) -> None:
    """Say that pages of this call look different."""
    call.version += 1
    call.updated_at = now()
    open_events().append(VideoCallChanged(call.district_id, call.id, call.version))


def status_changed(call: VideoCall) -> None:
    """Say that the call itself moved on."""
    changed(call)
    open_events().append(VideoStatusChanged(call.district_id, call.id, VideoState(call.state)))


def tell(call: VideoCall, participant: VideoParticipant, what: str, page: str | None = None) -> None:
    """Tell one person's page."""
    open_events().append(SeatChanged(call.id, participant.id, what, page))


def show_in_thread(call: VideoCall) -> None:
    """The head of its thread offers to join it, or does not any more."""
    if call.conversation_id is None:
        return
    address = f"/video/{call.id}"
    if call.is_over:
        beside.nothing_goes_on(call.conversation_id, address)
    else:
        beside.goes_on(call.conversation_id, address)


def thread_of(call: VideoCall) -> Conversation | None:
    """Where it was begun, if that is still there."""
    found = db.session.get(Conversation, call.conversation_id) if call.conversation_id else None
    return found if found is not None and found.deleted_at is None else None


def provider_knows(call: VideoCall) -> None:
    """That the newest session of a held call is over."""
    call.provider_told_at, call.provider_due_at = now(), None

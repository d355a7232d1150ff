"""Which video calls a person sees, and what rooms and pages read of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.errors import BearerClosed
from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.queries_access import still_acting
from app.conversations.models import Conversation
from app.conversations.queries import is_visible_to as conversation_is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.core.signed_links import BadLink, ExpiredLink, token_digest
from app.video.models import VideoCall, VideoParticipant, VideoRecording, VideoState
from app.video.tokens import Seat

MOST = 6
"""People in one room: each browser sends its picture to every other."""


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `VideoCall`: one's own, those one is asked to, and those of the conversations and schools one reads."""
    if staff.role == Role.DISTRICT_ADMIN:
        return VideoCall.district_id == staff.district_id
    theirs = select(VideoParticipant.video_call_id).where(VideoParticipant.staff_id == staff.id, VideoParticipant.removed_at.is_(None))
    talks = select(Conversation.id).where(conversation_is_visible_to(staff))
    reach = [VideoCall.staff_id == staff.id, VideoCall.id.in_(theirs), VideoCall.conversation_id.in_(talks)]
    if role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        reach.append(VideoCall.school_id.in_(staff.school_ids))
    return (VideoCall.district_id == staff.district_id) & or_(*reach)


def call_visible_to(staff: Staff, call_id: int) -> VideoCall:
    """The call. Raises NotVisible."""
    return _found(db.session.scalar(select(VideoCall).where(VideoCall.id == call_id, is_visible_to(staff))))


def call_by_key(staff: Staff, session_key: UUID) -> VideoCall:
    """The same by its session key. Raises NotVisible."""
    return _found(db.session.scalar(select(VideoCall).where(VideoCall.uuid == session_key, is_visible_to(staff))))


def calls_of(staff: Staff, *states: VideoState, limit: int = 100, offset: int = 0) -> list[VideoCall]:
    """Those that this person sees, the newest first; only in these states, if some are named."""
    found = select(VideoCall).where(is_visible_to(staff))
    if states:
        found = found.where(VideoCall.state.in_(states))
    return list(db.session.scalars(found.order_by(VideoCall.id.desc()).limit(limit).offset(offset)))


def participant_visible_to(staff: Staff, uuid: UUID) -> tuple[VideoCall, VideoParticipant]:
    """Somebody of a visible call. Raises NotVisible."""
    joined = select(VideoCall, VideoParticipant).join(VideoParticipant, VideoParticipant.video_call_id == VideoCall.id)
    row = db.session.execute(joined.where(VideoParticipant.uuid == uuid, is_visible_to(staff))).first()
    if row is None:
        raise NotVisible
    return row[0], row[1]


def participants_of(call: VideoCall) -> list[VideoParticipant]:
    """Everybody who was asked or came, the host first."""
    people = select(VideoParticipant).where(VideoParticipant.video_call_id == call.id)
    return list(db.session.scalars(people.order_by(VideoParticipant.is_host.desc(), VideoParticipant.id)))


def place_of(call: VideoCall, staff: Staff) -> VideoParticipant | None:
    """Of one colleague, if they were asked or came."""
    mine = (VideoParticipant.video_call_id == call.id, VideoParticipant.staff_id == staff.id)
    return db.session.scalars(select(VideoParticipant).where(*mine)).first()


def host_of(call: VideoCall) -> VideoParticipant:
    """Every call has one."""
    return db.session.scalars(
        select(VideoParticipant).where(VideoParticipant.video_call_id == call.id, VideoParticipant.is_host.is_(True))
    ).one()


def recordings_of(call: VideoCall) -> list[VideoRecording]:
    """What the provider made of it, the oldest first."""
    return list(db.session.scalars(select(VideoRecording).where(VideoRecording.video_call_id == call.id).order_by(VideoRecording.id)))


def recording_visible_to(staff: Staff, uuid: UUID) -> tuple[VideoCall, VideoRecording]:
    """A recording of a visible call. Raises NotVisible."""
    joined = select(VideoCall, VideoRecording).join(VideoRecording, VideoRecording.video_call_id == VideoCall.id)
    row = db.session.execute(joined.where(VideoRecording.uuid == uuid, is_visible_to(staff))).first()
    if row is None:
        raise NotVisible
    return row[0], row[1]


def still_opens(named: Seat) -> bool:
    """Whether a genuine token opens anything: one that a system was given ends with that system."""
    if named.bearer_id is None:
        return True
    try:
        still_acting(named.bearer_id)
    except BearerClosed:
        return False
    return True


def seat(named: Seat) -> tuple[VideoCall, VideoParticipant] | None:
    """Whom a genuine token names, as long as it opens anything."""
    if not still_opens(named):
        return None
    joined = select(VideoCall, VideoParticipant).join(VideoParticipant, VideoParticipant.video_call_id == VideoCall.id)
    row = db.session.execute(joined.where(VideoCall.uuid == named.call, VideoParticipant.uuid == named.participant)).first()
    return (row[0], row[1]) if row is not None else None


def seat_by_link(token: str) -> tuple[VideoCall, VideoParticipant]:
    """Whom a texted link names. Raises ExpiredLink when that call is over or they were taken out, BadLink for all else."""
    joined = select(VideoCall, VideoParticipant).join(VideoParticipant, VideoParticipant.video_call_id == VideoCall.id)
    row = db.session.execute(joined.where(VideoParticipant.link_hash == token_digest(token))).first()
    if row is None:
        raise BadLink
    call, participant = row
    if call.is_over or participant.removed_at is not None:
        raise ExpiredLink
    return call, participant


def in_room(call_id: int) -> Sequence[VideoParticipant]:
    """Who is in the room now, in the order in which they first came."""
    here = (VideoParticipant.video_call_id == call_id, VideoParticipant.page.is_not(None), VideoParticipant.waiting_since.is_(None))
    return db.session.scalars(select(VideoParticipant).where(*here).order_by(VideoParticipant.joined_at, VideoParticipant.id)).all()


def at_door(call_id: int) -> Sequence[VideoParticipant]:
    """Who waits to be let in, the longest first."""
    waits = (VideoParticipant.video_call_id == call_id, VideoParticipant.waiting_since.is_not(None))
    return db.session.scalars(select(VideoParticipant).where(*waits).order_by(VideoParticipant.waiting_since)).all()


def running_in(conversation_id: int) -> VideoCall | None:
    """The newest call of a thread that goes on, or is about to."""
    goes_on = VideoCall.state.in_((VideoState.PENDING, VideoState.STARTED))
    found = select(VideoCall).where(VideoCall.conversation_id == conversation_id, goes_on)
    return db.session.scalars(found.order_by(VideoCall.id.desc()).limit(1)).first()


def how_many_in(call_id: int, *, but: int = 0) -> int:
    """People in the room, without one."""
    here = (VideoParticipant.video_call_id == call_id, VideoParticipant.page.is_not(None), VideoParticipant.waiting_since.is_(None))
    return db.session.scalar(select(func.count()).where(*here, VideoParticipant.id != but)) or 0


def _found(call: VideoCall | None) -> VideoCall:
    if call is None:
        raise NotVisible
    return call

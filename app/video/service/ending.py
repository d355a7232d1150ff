"""A call ends once: by its host, by its time, or because everybody left."""

from datetime import datetime, timedelta

from sqlalchemy import select, text

from app.accounts.models import Role, Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.video.errors import NotTheHost
from app.video.events import VideoCallOver
from app.video.models import GOES_ON, VideoCall, VideoParticipant, VideoState
from app.video.queries import call_visible_to, still_opens
from app.video.service import steps, telling
from app.video.tokens import Seat

EMPTY_FOR = timedelta(minutes=5)
"""After so long without anybody a call is over; who comes back before finds it open."""
AT_ONCE = 200


def end(staff: Staff, call_id: int) -> VideoCall:
    """End it for everybody; it may be over already. Whoever asks has made sure that this person may. Raises NotVisible."""
    with transaction():
        call = steps.hold(call_visible_to(staff, call_id).id)
        if not call.is_over:
            close(call, VideoState.ENDED, by=staff)
        return call


def end_as_host(staff: Staff, call_id: int) -> VideoCall:
    """The same from a page: only its host, and who administers the district. Raises NotVisible, NotTheHost."""
    call = call_visible_to(staff, call_id)
    if staff.id != call.staff_id and staff.role != Role.DISTRICT_ADMIN:
        raise NotTheHost
    return end(staff, call_id)


def end_from_room(seat: Seat) -> None:
    """The host ends it in the room. Raises NotTheHost, NoSuchSeat."""
    with transaction():
        call, who = steps.hold_seat(seat)
        if not who.is_host or who.staff_id is None or not still_opens(seat):
            raise NotTheHost
        if not call.is_over:
            host = db.session.get_one(Staff, who.staff_id)
            with steps.by_hand_of(seat, host):
                close(call, VideoState.ENDED, by=host)


def close(call: VideoCall, state: VideoState, *, at: datetime | None = None, by: Staff | None = None) -> None:
    """The end of a held call, told to everybody and written into its thread."""
    if not VideoState(call.state).may_become(state):
        return
    moment = at or now()
    call.state, call.ended_at, call.remind_at, call.empty_since = state, max(moment, call.started_at or moment), None, None
    call.ended_by_id = by.id if by else None
    people = db.session.scalars(select(VideoParticipant).where(VideoParticipant.video_call_id == call.id)).all()
    for each in people:
        if each.page is not None and each.waiting_since is None:
            each.left_at = call.ended_at
        each.page, each.waiting_since, each.lost_at, each.is_sharing = None, None, None, False
    if by is not None:
        audit("video_call.ended", call, {"title": call.session_name}, by=by)
    telling.note_end(call, people)
    steps.show_in_thread(call)
    steps.status_changed(call)
    open_events().append(VideoCallOver(call.district_id, call.id, state))


def expire_due() -> int:
    """End those whose time is up, and those that everybody left; returns how many."""
    timed_out = select(VideoCall.id).where(text(GOES_ON), VideoCall.end_at <= now())
    deserted = select(VideoCall.id).where(VideoCall.empty_since <= now() - EMPTY_FOR)
    found = db.session.scalars(timed_out.union(deserted).limit(AT_ONCE)).all()
    for call_id in found:
        with transaction():
            call = steps.hold(call_id)
            if call.is_over:
                continue
            if call.empty_since is not None and call.empty_since <= now() - EMPTY_FOR:
                close(call, VideoState.ENDED, at=call.empty_since)
            elif call.end_at <= now():
                close(call, VideoState.EXPIRED, at=call.empty_since or call.end_at)
    return len(found)

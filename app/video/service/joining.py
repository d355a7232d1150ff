"""Coming in, waiting at the door, being let in, and leaving."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import HomeroomError
from app.directory.queries import may_be_contacted
from app.video.errors import JoinedElsewhere, NoSuchSeat, NotForGuests, PlaceGivenUp, PutOut, RoomIsFull, VideoCallIsOver
from app.video.events import GuestWaits, VideoCallBegan
from app.video.models import Provider, VideoCall, VideoParticipant, VideoState
from app.video.queries import MOST, how_many_in, still_opens
from app.video.service import steps
from app.video.tokens import Seat

KEPT_FOR = timedelta(seconds=30)
"""So long the place of somebody whose line broke is kept."""
SILENT_AFTER = timedelta(seconds=75)
"""A page says every 20 seconds that it is there; after so long without a word it is not."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Media:
    """What a page sends of itself."""

    is_muted: bool = False
    has_camera: bool = False
    is_sharing: bool = False


def enter(seat: Seat, page: str, media: Media, *, is_back: bool = False) -> tuple[VideoCall, VideoParticipant]:
    """Come in with one page, or wait at the door: `waiting_since` says which. The first who is in begins the call.

    `is_back`: the page believes that it is in already, as after a broken line. If its place was given up meanwhile, the others have
    forgotten its pictures, so it has to begin anew; if another page of the same person took the place, that one keeps it.
    Raises NoSuchSeat, VideoCallIsOver, PutOut, RoomIsFull, PlaceGivenUp, JoinedElsewhere.
    """
    with transaction():
        call, who = steps.hold_seat(seat)
        _may_come(call, who, seat)
        if is_back and who.page != page:
            raise PlaceGivenUp if who.page is None else JoinedElsewhere
        if who.page is not None and who.page != page:
            steps.tell(call, who, "replaced", who.page)
        if not who.needs_no_door:
            who.page, who.waiting_since, who.seen_at, who.lost_at = page, who.waiting_since or now(), now(), None
            if who.waited_at is None:
                open_events().append(GuestWaits(call.district_id, call.id, call.staff_id))
            who.waited_at = who.waited_at or who.waiting_since
            steps.changed(call)
            return call, who
        if how_many_in(call.id, but=who.id) >= MOST:
            raise RoomIsFull
        _sit(who, page)
        _note(who, media)
        call.empty_since = None
        if call.state == VideoState.PENDING:
            _begin(call)
        steps.changed(call)
        return call, who


def _may_come(call: VideoCall, who: VideoParticipant, seat: Seat) -> None:
    if call.provider != Provider.EMBEDDED or not still_opens(seat):
        raise NoSuchSeat
    if call.is_over or call.end_at <= now():
        raise VideoCallIsOver
    if who.removed_at is not None:
        raise PutOut
    staff = db.session.get(Staff, who.staff_id) if who.staff_id else None
    if staff is not None and not staff.is_active:
        raise NoSuchSeat
    if who.guardian_id is not None and not may_be_contacted(who.guardian_id):
        raise NoSuchSeat


def _still_may(call: VideoCall, who: VideoParticipant, seat: Seat) -> bool:
    try:
        _may_come(call, who, seat)
    except HomeroomError:
        return False
    return True


def _sit(who: VideoParticipant, page: str) -> None:
    moment = now()
    who.page, who.seen_at, who.lost_at, who.left_at, who.waiting_since = page, moment, None, None, None
    who.joined_at, who.admitted_at, who.updated_at = who.joined_at or moment, who.admitted_at or moment, moment


def _begin(call: VideoCall) -> None:
    call.state, call.started_at = VideoState.STARTED, now()
    call.end_at = call.started_at + timedelta(minutes=call.minutes)
    call.remind_at = None
    steps.show_in_thread(call)
    steps.status_changed(call)
    open_events().append(VideoCallBegan(call.id))


def leave(seat: Seat, page: str) -> None:
    """Leave with this page; another page of the same person stays. Somebody who is not there leaves without a word."""
    with transaction():
        try:
            call, who = steps.hold_seat(seat)
        except NoSuchSeat:
            return
        if who.page == page:
            get_up(call, who)


def get_up(call: VideoCall, who: VideoParticipant, at: datetime | None = None) -> None:
    """Somebody of a held call is gone."""
    moment = at or now()
    who.page, who.waiting_since, who.lost_at, who.is_sharing, who.updated_at = None, None, None, False, now()
    if who.joined_at is not None:
        who.left_at = max(moment, who.joined_at)
    db.session.flush()
    if call.state == VideoState.STARTED and call.empty_since is None and not how_many_in(call.id):
        call.empty_since = moment
    steps.changed(call)


def line_broke(seat: Seat, page: str) -> None:
    """The page went away without a word: its place is kept for a while."""
    with transaction():
        try:
            call, who = steps.hold_seat(seat)
        except NoSuchSeat:
            return
        if who.page == page and who.lost_at is None:
            who.lost_at = now()
            steps.changed(call)


def still_there(seat: Seat, page: str) -> bool:
    """The page says that it lives; False when it has no place any more, and has to enter again.

    Who may not be in it any more (they left the school, may not be contacted, or came by a system that was removed) loses the place.
    """
    with transaction():
        call, who = steps.hold_seat(seat)
        if who.page != page or call.is_over:
            return False
        if not _still_may(call, who, seat):
            get_up(call, who)
            steps.tell(call, who, "removed")
            return False
        who.seen_at = now()
        if who.lost_at is not None:
            who.lost_at = None
            steps.changed(call)
        return True


def shows(seat: Seat, page: str, media: Media) -> None:
    """Microphone, camera or screen were switched."""
    with transaction():
        call, who = steps.hold_seat(seat)
        if who.page == page and who.is_present:
            _note(who, media)
            steps.changed(call)


def _note(who: VideoParticipant, media: Media) -> None:
    who.is_muted, who.has_camera, who.is_sharing, who.updated_at = media.is_muted, media.has_camera, media.is_sharing, now()


def admit(by: Seat, whom: UUID) -> None:
    """Let somebody in who waits. Raises NotForGuests, RoomIsFull, NoSuchSeat."""
    with transaction():
        call, guest, staff = _on_behalf(by, whom)
        if guest.waiting_since is None:
            return
        if how_many_in(call.id) >= MOST:
            raise RoomIsFull
        guest.admitted_at, guest.waiting_since, guest.page = now(), None, None
        with steps.by_hand_of(by, staff):
            audit("video_call.admitted", call, {"title": call.session_name, "name": guest.name}, by=staff)
        steps.tell(call, guest, "admitted")
        steps.changed(call)


def put_out(by: Seat, whom: UUID) -> None:
    """Do not let somebody in, or take them out. Raises NotForGuests, NoSuchSeat."""
    with transaction():
        call, guest, staff = _on_behalf(by, whom)
        if guest.removed_at is None and not guest.is_host:
            with steps.by_hand_of(by, staff):
                audit("video_call.removed", call, {"title": call.session_name, "name": guest.name}, by=staff)
        put_out_of(call, guest)


def put_out_of(call: VideoCall, guest: VideoParticipant) -> None:
    """The same of a held call."""
    if guest.is_host or guest.removed_at is not None:
        return
    guest.removed_at = now()
    get_up(call, guest)
    steps.tell(call, guest, "removed")


def mute(by: Seat, whom: UUID) -> None:
    """Have somebody's page mute itself. Nobody can be unmuted from afar. Raises NotForGuests, NoSuchSeat."""
    with transaction():
        call, guest, staff = _on_behalf(by, whom)
        silence(call, guest, by_id=staff.id)


def silence(call: VideoCall, guest: VideoParticipant, *, by_id: int | None = None) -> None:
    """The same of a held call."""
    guest.is_muted, guest.last_modified_by_id, guest.updated_at = True, by_id or guest.last_modified_by_id, now()
    steps.tell(call, guest, "mute")
    steps.changed(call)


def _on_behalf(by: Seat, whom: UUID) -> tuple[VideoCall, VideoParticipant, Staff]:
    call, actor = steps.hold_seat(by)
    guest = steps.participant_of(call, whom)
    if not actor.is_present or actor.staff_id is None or not still_opens(by):
        raise NotForGuests
    if call.is_over:
        raise VideoCallIsOver
    if guest is None:
        raise NoSuchSeat
    return call, guest, db.session.get_one(Staff, actor.staff_id)


def sweep() -> int:
    """Let those go whose line broke and did not come back; returns how many."""
    limit, silent = now() - KEPT_FOR, now() - SILENT_AFTER
    gone = or_(VideoParticipant.lost_at < limit, VideoParticipant.seen_at < silent)
    found = db.session.execute(
        select(VideoParticipant.video_call_id, VideoParticipant.id).where(VideoParticipant.page.is_not(None), gone).limit(AT_ONCE)
    ).all()
    for call_id, participant_id in found:
        with transaction():
            call = steps.hold(call_id)
            who = db.session.get_one(VideoParticipant, participant_id, populate_existing=True)
            if who.page is not None and ((who.lost_at and who.lost_at < limit) or (who.seen_at and who.seen_at < silent)):
                get_up(call, who, who.lost_at or who.seen_at)
                steps.tell(call, who, "forgotten")
    return len(found)

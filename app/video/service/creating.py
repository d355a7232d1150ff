"""A call is written down; nobody hears of it until somebody is invited or comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff
from app.accounts.service import audit
from app.config import Settings
from app.conversations.queries import conversation_visible_to
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import Guardian
from app.video.errors import CannotRecord, WrongLength, WrongTime
from app.video.models import LEAST_MINUTES, MOST_MINUTES, USUAL_MINUTES, Provider, VideoCall, VideoParticipant
from app.video.queries import call_visible_to
from app.video.service import steps

LONGEST_NAME = 200
FURTHEST, GRACE = timedelta(days=366), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call is to be. Without a provider it is the house's own kind."""

    request_key: str = ""
    session_name: str = ""
    host_name: str = ""
    conversation_id: int | None = None
    school_id: int | None = None
    """Where it belongs without a conversation; whoever asks has made sure that this person works there."""
    minutes: int = USUAL_MINUTES
    scheduled_at: datetime | None = None
    provider: Provider = Provider.EMBEDDED
    wants_recording: bool = False
    note: str = ""


def provider_of_systems() -> Provider:
    """Who carries the calls that other systems begin."""
    settings: Settings = current_app.extensions["settings"]
    return Provider(settings.video)


def create(staff: Staff, plan: Plan) -> VideoCall:
    """A new call with `staff` as its host; the same `request_key` gives the first one.

    Raises WrongLength, WrongTime, CannotRecord, NotVisible for the conversation.
    """
    try:
        return _create(staff, plan)
    except IntegrityError:  # the other half of a double click, at the same moment
        return _create(staff, plan)


def _create(staff: Staff, plan: Plan) -> VideoCall:
    if not LEAST_MINUTES <= plan.minutes <= MOST_MINUTES:
        raise WrongLength
    check_time(plan.scheduled_at)
    if plan.wants_recording and plan.provider == Provider.EMBEDDED:
        raise CannotRecord
    with transaction():
        key = plan.request_key or new_uuid().hex
        earlier = db.session.scalar(select(VideoCall).where(VideoCall.request_key == key, VideoCall.staff_id == staff.id))
        if earlier is not None:
            return earlier
        talk = conversation_visible_to(staff, plan.conversation_id) if plan.conversation_id is not None else None
        begins = max(plan.scheduled_at or now(), now())
        call = VideoCall(
            district_id=staff.district_id, school_id=talk.school_id if talk else plan.school_id, conversation_id=talk.id if talk else None,
            guardian_id=talk.guardian_id if talk else None, staff_id=staff.id, bearer_id=bearer_behind(), request_key=key,
            session_name=(plan.session_name.strip() or (talk.title if talk else staff.shown_name))[:LONGEST_NAME],
            host_name=(plan.host_name.strip() or staff.shown_name)[:255], provider=plan.provider, minutes=plan.minutes,
            scheduled_at=plan.scheduled_at, end_at=begins + timedelta(minutes=plan.minutes), wants_recording=plan.wants_recording,
            note=plan.note,
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        db.session.add(seat_of_staff(call, staff, is_host=True))
        db.session.flush()
        audit("video_call.created", call, {"title": call.session_name, "minutes": call.minutes}, by=staff)
        if plan.scheduled_at is None and plan.provider == Provider.EMBEDDED:
            steps.show_in_thread(call)
        steps.status_changed(call)
        return call


def check_time(at: datetime | None) -> None:
    """Raise WrongTime for a moment that cannot be meant; a few minutes ago is now."""
    if at is not None and not now() - GRACE <= at <= now() + FURTHEST:
        raise WrongTime


def seat_of_staff(call: VideoCall, staff: Staff, *, is_host: bool = False) -> VideoParticipant:
    """A place for a colleague, or for the host."""
    name = call.host_name if is_host else staff.shown_name
    return VideoParticipant(
        district_id=call.district_id, video_call_id=call.id, is_host=is_host, name=name, language=staff.language, staff_id=staff.id
    )


def add_participant(staff: Staff, call_id: int, name: str) -> VideoParticipant:
    """A place for somebody whom another system brings; whoever has its token comes straight in.

    Raises NotVisible, VideoCallIsOver.
    """
    with transaction():
        call = steps.hold_open(call_visible_to(staff, call_id).id)
        added = VideoParticipant(
            district_id=call.district_id, video_call_id=call.id, name=name.strip()[:255] or call.session_name, admitted_at=now(),
            last_modified_by_id=staff.id,
        )  # fmt: skip
        db.session.add(added)
        db.session.flush()
        audit("video_call.participant_added", call, {"title": call.session_name, "name": added.name}, by=staff)
        steps.changed(call)
        return added


def join_as_staff(staff: Staff, call_id: int) -> tuple[VideoCall, VideoParticipant]:
    """The place of whoever sees the call, made if need be: who takes one unasked is announced to everybody in the room.

    Raises NotVisible, VideoCallIsOver.
    """
    with transaction():
        call = steps.hold_open(call_visible_to(staff, call_id).id)
        found = _existing(call, staff_id=staff.id)
        if found is None:
            found = seat_of_staff(call, staff)
            found.came_unasked = True
            audit("video_call.joined_unasked", call, {"title": call.session_name}, by=staff)
            _added(call, found)
        return call, found


def seat_for_staff(staff: Staff, call_id: int, colleague: Staff) -> VideoParticipant:
    """A place for a colleague of the same district, who sees the call by it. Raises NotVisible, VideoCallIsOver."""
    with transaction():
        call = steps.hold_open(call_visible_to(staff, call_id).id)
        return _existing(call, staff_id=colleague.id) or _added(call, seat_of_staff(call, colleague))


def seat_for_guardian(staff: Staff, call_id: int, guardian: Guardian) -> VideoParticipant:
    """A place for a guardian within this person's reach, whom the door lets in at once. Raises NotVisible, VideoCallIsOver."""
    with transaction():
        call = steps.hold_open(call_visible_to(staff, call_id).id)
        seat = VideoParticipant(
            district_id=call.district_id, video_call_id=call.id, name=guardian.full_name[:255], language=guardian.language,
            guardian_id=guardian.id,
        )  # fmt: skip
        return _existing(call, guardian_id=guardian.id) or _added(call, seat)


def _existing(call: VideoCall, **who: int) -> VideoParticipant | None:
    return db.session.scalars(select(VideoParticipant).filter_by(video_call_id=call.id, **who)).first()


def _added(call: VideoCall, seat: VideoParticipant) -> VideoParticipant:
    db.session.add(seat)
    db.session.flush()
    steps.changed(call)
    return seat

"""Time, note and reminder of a call; and what other systems change of its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts.behind import acting_for
from app.accounts.models import Staff
from app.accounts.queries_access import still_acting
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.core.ids import new_uuid
from app.video.errors import CannotRecord, NotScheduled, VideoCallIsOver, WrongLength
from app.video.models import LEAST_MINUTES, MOST_MINUTES, Provider, VideoCall, VideoParticipant, VideoState
from app.video.queries import call_visible_to, participant_visible_to
from app.video.service import inviting, joining, steps, telling
from app.video.service.creating import check_time

REMIND_BEFORE = timedelta(minutes=10)


def change(
    staff: Staff, call_id: int, *, minutes: int | None = None, scheduled_at: datetime | None = None, note: str | None = None,
    wants_recording: bool | None = None,
) -> VideoCall:  # fmt: skip
    """Change what is given. Time and recording only before it begins, the note always.

    Raises NotVisible, VideoCallIsOver, WrongLength, WrongTime, CannotRecord.
    """
    with transaction():
        call = steps.hold(call_visible_to(staff, call_id).id)
        if (minutes is not None or scheduled_at is not None or wants_recording) and call.state != VideoState.PENDING:
            raise VideoCallIsOver
        if minutes is not None and not LEAST_MINUTES <= minutes <= MOST_MINUTES:
            raise WrongLength
        check_time(scheduled_at)
        if wants_recording and call.provider == Provider.EMBEDDED:
            raise CannotRecord
        call.minutes = call.minutes if minutes is None else minutes
        call.scheduled_at = scheduled_at or call.scheduled_at
        if call.state == VideoState.PENDING:
            call.end_at = max(call.scheduled_at or call.created_at, call.created_at) + timedelta(minutes=call.minutes)
        call.wants_recording = call.wants_recording if wants_recording is None else wants_recording
        if call.remind_at is not None and scheduled_at is not None:
            call.remind_at = scheduled_at - REMIND_BEFORE
        if note is not None:
            call.note = note
            telling.note_again(call)
        audit("video_call.changed", call, {"title": call.session_name}, by=staff)
        steps.changed(call)
        return call


def arm_reminder(staff: Staff, call_id: int) -> VideoCall:
    """Have the guests texted their links ten minutes before a scheduled call. Raises NotVisible, NotScheduled."""
    with transaction():
        call = steps.hold(call_visible_to(staff, call_id).id)
        if call.state != VideoState.PENDING or call.scheduled_at is None or call.scheduled_at <= now() or call.conversation_id is None:
            raise NotScheduled
        call.remind_at = call.scheduled_at - REMIND_BEFORE
        steps.changed(call)
        return call


def remind_due() -> int:
    """Text the links of calls that begin soon; returns how many calls that were. Nobody is texted for a system that was removed."""
    due = select(VideoCall.id, VideoCall.staff_id, VideoCall.bearer_id).where(
        VideoCall.remind_at <= now(), VideoCall.state == VideoState.PENDING
    )
    found = db.session.execute(due.limit(100)).all()
    for call_id, staff_id, bearer_id in found:
        try:
            with _asked_by(bearer_id, staff_id), transaction():
                call = steps.hold(call_id)
                if call.remind_at is None:
                    continue
                call.remind_at = None
                inviting.invite(db.session.get_one(Staff, staff_id), call_id, uuid=new_uuid())
        except HomeroomError:  # nobody may be texted any more, or the call is over: that ends the reminder
            with transaction():
                steps.hold(call_id).remind_at = None
    return len(found)


@contextmanager
def _asked_by(bearer_id: int | None, staff_id: int) -> Iterator[None]:
    """Write as the system that asked for the call, if one did. Raises BearerClosed."""
    if bearer_id is None:
        yield
        return
    bearer, _its_own = still_acting(bearer_id)
    with acting_for(bearer, db.session.get_one(Staff, staff_id)):
        yield


def change_participant(
    staff: Staff, uuid: UUID, *, is_muted: bool | None = None, is_out: bool | None = None, note: str | None = None
) -> VideoParticipant:
    """Mute somebody, ask them to speak again, take them out, or write something down about them. Raises NotVisible."""
    with transaction():
        call, who = participant_visible_to(staff, uuid)
        call = steps.hold(call.id)
        db.session.refresh(who)
        if is_muted:
            joining.silence(call, who, by_id=staff.id)
        elif is_muted is False:
            steps.tell(call, who, "unmute")  # their own page decides
        if is_out:
            joining.put_out_of(call, who)
        if note is not None:
            who.note = note
        who.last_modified_by_id, who.updated_at = staff.id, now()
        audit("video_call.participant_changed", call, {"title": call.session_name, "name": who.name}, by=staff)
        steps.changed(call)
        return who

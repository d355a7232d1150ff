"""What other systems hear of video calls: that one is over, and how it went."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.conversations.models import Conversation
from app.core.database import db
from app.core.events import within_all
from app.directory.models import Guardian, School
from app.video.events import VideoCallOver
from app.video.models import VideoCall, VideoParticipant
from app.webhooks.service import Happened, tell

_CAME = (
    select(func.count())
    .where(VideoParticipant.video_call_id == VideoCall.id, VideoParticipant.joined_at.is_not(None))
    .correlate(VideoCall)
    .scalar_subquery()
)
_CALLS = (
    select(
        VideoCall, School.uuid.label("school"), Guardian.uuid.label("guardian"), Staff.uuid.label("staff"),
        Conversation.uuid.label("thread"), _CAME.label("came"),
    )
    .outerjoin(School, School.id == VideoCall.school_id)
    .outerjoin(Guardian, Guardian.id == VideoCall.guardian_id)
    .outerjoin(Staff, Staff.id == VideoCall.staff_id)
    .outerjoin(Conversation, Conversation.id == VideoCall.conversation_id)
)  # fmt: skip


@within_all(VideoCallOver)
def tell_of_end(facts: Sequence[VideoCallOver]) -> None:
    """Told once, whoever or whatever ended it."""
    tell("video.ended", facts, _described)


def _described(facts: Sequence[VideoCallOver]) -> Iterator[Happened]:
    db.session.flush()
    for row in db.session.execute(_CALLS.where(VideoCall.id.in_({fact.video_call_id for fact in facts})).order_by(VideoCall.id)):
        call: VideoCall = row.VideoCall
        ended_at = call.ended_at or call.created_at
        data = {
            "video_call_id": call.uuid, "state": call.state, "school_id": row.school, "guardian_id": row.guardian,
            "staff_id": row.staff, "conversation_id": row.thread, "created_at": call.created_at, "started_at": call.started_at,
            "ended_at": ended_at, "seconds": call.seconds, "people_who_came": row.came,
        }  # fmt: skip
        yield Happened(f"video_call:{call.uuid}", ended_at, data, {"session_name": call.session_name})

"""Links that will be texted before calls which another system scheduled: what waits for a system, and that none of it leaves."""

from sqlalchemy import ColumnElement, and_, func, select

from app.accounts.models import Bearer, Staff
from app.accounts.unsent import Kind, Unsent
from app.core.database import db, transaction
from app.video.models import VideoCall, VideoState
from app.video.service import steps


def count(bearer: Bearer) -> int:
    """How many calls."""
    return db.session.scalar(select(func.count(VideoCall.id)).where(_is_armed(bearer))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """With whom, and when the links leave."""
    wanted = select(VideoCall.session_name, VideoCall.remind_at).where(_is_armed(bearer)).order_by(VideoCall.remind_at, VideoCall.id)
    return [Unsent(Kind.REMINDER, title, at) for title, at in db.session.execute(wanted.limit(most))]


def call_off(_actor: Staff, bearer: Bearer, most: int) -> int:
    """No link leaves by itself; the calls stay, and whoever may can text the links."""
    with transaction():
        found = db.session.scalars(select(VideoCall.id).where(_is_armed(bearer)).limit(most)).all()
        done = 0
        for call_id in found:
            call = steps.hold(call_id)
            if call.remind_at is not None:
                call.remind_at = None
                steps.changed(call)
                done += 1
        return done


def _is_armed(bearer: Bearer) -> ColumnElement[bool]:
    mine = VideoCall.bearer_id == bearer.id, VideoCall.district_id + 0 == bearer.district_id
    return and_(*mine, VideoCall.remind_at.is_not(None), VideoCall.state == VideoState.PENDING)

"""A session at Zoom whose call is over here ends there, too: asked outside of any transaction, again until it is known."""

from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import select

from app.config import Settings
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.video.models import OVER, VideoCall
from app.video.service import steps
from app.video.tokens import MOST_LIFE
from app.video.zoom import ZoomAway, ZoomSilent, end_session

log = structlog.get_logger()
AT_ONCE = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
DOUBLED_AT_MOST = 10


def end_at_zoom() -> int:
    """Tell Zoom of each; returns of how many. One that it does not end is put off and keeps no other waiting.

    After two days nobody holds a token of such a session any more, and it is left to Zoom.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.zoom_api_key:
        return 0
    due = (VideoCall.provider_due_at <= now(), VideoCall.state.in_(OVER), VideoCall.ended_at > now() - MOST_LIFE)
    wanted = select(VideoCall.id, VideoCall.provider_id).where(*due)
    found = db.session.execute(wanted.order_by(VideoCall.provider_tries, VideoCall.id).limit(AT_ONCE)).all()
    told = 0
    for call_id, session_id in found:
        release_connection()
        try:
            end_session(settings, str(session_id))
        except ZoomAway as problem:
            log.warning("video.zoom_away", video_call_id=call_id, tries=_put_off(call_id))
            if isinstance(problem, ZoomSilent):
                break  # it would answer for none of the others, and each question takes its time
            continue
        with transaction():
            steps.provider_knows(steps.hold(call_id))
        told += 1
    return told


def _put_off(call_id: int) -> int:
    with transaction():
        call = steps.hold(call_id)
        pause = FIRST_PAUSE * 2 ** min(call.provider_tries, DOUBLED_AT_MOST)
        call.provider_tries += 1
        call.provider_due_at = now() + min(pause, LONGEST_PAUSE)
        return call.provider_tries

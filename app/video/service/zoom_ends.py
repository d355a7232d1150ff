"""A session at Zoom whose call is over here ends there, too: asked outside of any transaction, again until it is known."""

import structlog
from flask import current_app
from sqlalchemy import func, select

from app.config import Settings
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.video.models import OVER, Provider, VideoCall
from app.video.service import steps
from app.video.zoom import ZoomAway, end_session

log = structlog.get_logger()
AT_ONCE = 20


def end_at_zoom() -> int:
    """Tell Zoom of each; returns of how many."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.zoom_api_key:
        return 0
    untold = (VideoCall.provider == Provider.ZOOM, VideoCall.provider_id.is_not(None), VideoCall.provider_told_at.is_(None))
    goes_on_there = func.coalesce(VideoCall.provider_status, "") != "ended"
    wanted = select(VideoCall.id, VideoCall.provider_id).where(*untold, goes_on_there, VideoCall.state.in_(OVER))
    found = db.session.execute(wanted.limit(AT_ONCE)).all()
    told = 0
    for call_id, session_id in found:
        if not session_id:
            continue
        release_connection()
        try:
            end_session(settings, session_id)
        except ZoomAway:
            log.warning("video.zoom_away", video_call_id=call_id)
            break
        with transaction():
            steps.hold(call_id).provider_told_at = now()
        told += 1
    return told

"""What Zoom tells of its sessions: signed, perhaps twice, and in any order.

Signature and address validation as developers.zoom.us says under "Using webhooks", the events as under "Video SDK events".
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select

from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction
from app.video.errors import NotFromZoom, ZoomNotSetUp
from app.video.models import Provider, RecordingState, VideoCall, VideoRecording, VideoState
from app.video.service import ending, steps

log = structlog.get_logger()

SECONDS_OF_GRACE = 300
"""A signature that is older, or from later, is a repeated one or of a clock that is wrong."""
MILLISECONDS_FROM = 10**11
"""Zoom gives moments in milliseconds in some places, and in seconds in others."""
STATUSES: Final = {"session.started": "started", "session.ended": "ended", "session.alert": "alert"}
RECORDED: Final = frozenset({"session.recording_completed", "recording.completed"})


def receive_zoom(body: bytes, *, timestamp: str, signature: str) -> dict[str, str]:
    """Take in one request of Zoom's, as it came; returns what it is answered: the pair of tokens, or nothing.

    What it tells of a session that is not ours, or of a call that is over, is no error. Raises ZoomNotSetUp, NotFromZoom.
    """
    news = _verified(body, timestamp, signature)
    payload = news.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    event = str(news.get("event", ""))
    if event == "endpoint.url_validation":
        plain = str(payload.get("plainToken", ""))
        return {"plainToken": plain, "encryptedToken": _hmac(plain.encode())}
    about = payload.get("object")
    if isinstance(about, dict):
        _tell(event, about, _moment(news.get("event_ts")) or now())
    return {}


def _verified(body: bytes, timestamp: str, signature: str) -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    if not settings.zoom_webhook_secret:
        raise ZoomNotSetUp
    expected = "v0=" + _hmac(b"v0:" + timestamp.encode() + b":" + body)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise NotFromZoom
    sent = _moment(timestamp)
    if sent is None or abs((now() - sent).total_seconds()) > SECONDS_OF_GRACE:
        raise NotFromZoom
    try:
        news = json.loads(body)
    except ValueError:
        raise NotFromZoom from None
    if not isinstance(news, dict):
        raise NotFromZoom
    return news


def _hmac(message: bytes) -> str:
    settings: Settings = current_app.extensions["settings"]
    return hmac.new(settings.zoom_webhook_secret.encode(), message, hashlib.sha256).hexdigest()


def _tell(event: str, about: dict[str, Any], told_at: datetime) -> None:
    with transaction():
        call = _call_of(about)
        if call is None:
            log.info("video.session_unknown", zoom_event=event[:60])
            return
        session_id = _text(about.get("id") or about.get("session_id"), 120)
        if call.provider_id is None or event == "session.started":
            _named(call, session_id)
        call.provider_status = STATUSES.get(event, call.provider_status)
        if event == "session.started":
            _started(call, _moment(about.get("start_time")) or told_at)
        elif event == "session.ended":
            if session_id in {None, call.provider_id}:
                steps.provider_knows(call)
            ending.close(call, VideoState.ENDED, at=_moment(about.get("end_time")) or told_at)
        elif event in {"session.user_joined", "session.user_left"}:
            _moved(call, event, about.get("user"), told_at)
        elif event in RECORDED:
            _recorded(call, about.get("recording_files"))
        steps.status_changed(call)


def _call_of(about: dict[str, Any]) -> VideoCall | None:
    """Our key is in every session that our tokens open; the provider's id is known once a session began."""
    try:
        key = UUID(str(about.get("session_key", "")))
    except ValueError:
        key = None
    named = _text(about.get("id") or about.get("session_id"), 120)
    by = VideoCall.uuid == key if key is not None else VideoCall.provider_id == named
    if key is None and not named:
        return None
    found = select(VideoCall).where(VideoCall.provider == Provider.ZOOM, by).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).first()


def _named(call: VideoCall, session_id: str | None) -> None:
    """A further session of the same call, opened by a token that is still good, has to be ended as the first."""
    if session_id is None or session_id == call.provider_id:
        return
    call.provider_id, call.provider_told_at, call.provider_tries, call.provider_due_at = session_id, None, 0, now()


def _started(call: VideoCall, at: datetime) -> None:
    """Its time runs from then. A late piece of news changes nothing of a call that is over but when it began."""
    call.started_at = min(call.started_at or at, at)
    if call.state == VideoState.PENDING:
        call.state = VideoState.STARTED
        call.end_at = call.started_at + (call.end_at - max(call.scheduled_at or call.created_at, call.created_at))


def _moved(call: VideoCall, event: str, user: object, at: datetime) -> None:
    """Somebody came or left, known by the identity in their token."""
    if not isinstance(user, dict):
        return
    identity = str(user.get("user_key") or user.get("user_identity") or "")
    try:
        uuid = UUID(identity)
    except ValueError:
        return
    who = steps.participant_of(call, uuid)
    if who is None:
        return
    who.provider_id = _text(user.get("id"), 120) or who.provider_id
    if event == "session.user_joined":
        moment = _moment(user.get("join_time")) or at
        who.joined_at, who.admitted_at = min(who.joined_at or moment, moment), who.admitted_at or moment
        if not call.is_over:
            who.page, who.left_at = "zoom", None
    else:
        who.page, who.left_at = None, _moment(user.get("leave_time")) or at
    who.seen_at, who.updated_at = None, now()


def _recorded(call: VideoCall, files: object) -> None:
    for each in files if isinstance(files, list) else []:
        if not isinstance(each, dict) or not each.get("id"):
            continue
        number = str(each["id"])[:120]
        found = db.session.scalars(select(VideoRecording).where(VideoRecording.provider_id == number)).first()
        if found is None:
            found = VideoRecording(district_id=call.district_id, video_call_id=call.id, provider_id=number, file_type="")
            db.session.add(found)
        elif found.video_call_id != call.id:
            continue
        begun, ended = _moment(each.get("recording_start")), _moment(each.get("recording_end"))
        found.file_type = str(each.get("file_type") or each.get("recording_type") or "")[:20]
        address = str(each.get("download_url") or each.get("play_url") or "")
        found.url = address if address.startswith("https://") else None
        found.size = each["file_size"] if isinstance(each.get("file_size"), int) and each["file_size"] >= 0 else 0
        found.seconds = int((ended - begun).total_seconds()) if begun and ended and ended >= begun else None
        found.state = RecordingState.READY if str(each.get("status", "completed")) == "completed" else RecordingState.PENDING
        found.updated_at = now()


def _moment(value: object) -> datetime | None:
    """A moment as Zoom writes it: ISO 8601, or a count of seconds or milliseconds."""
    try:
        if isinstance(value, str) and not value.isdecimal():
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _text(value: object, longest: int) -> str | None:
    return value[:longest] if isinstance(value, str) and value else None

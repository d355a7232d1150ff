"""Who somebody is in a room: a signed token that ends by itself, and that can be made again at any time.

The embedded rooms have tokens of their own kind; Zoom's are as its Video SDK documents them (developers.zoom.us, "Authorize").
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from flask import current_app

from app.accounts.behind import bearer_behind
from app.config import Settings
from app.core.clock import now
from app.video.models import Provider, VideoCall, VideoParticipant

LEAST_LIFE = timedelta(minutes=30)
"""Zoom takes no token that ends sooner."""
MOST_LIFE = timedelta(hours=48)
ALGORITHM, AUDIENCE = "HS256", "homeroom.video"
HOST, GUEST = 1, 0
LONGEST = 2048


class Seat(NamedTuple):
    """Whom a token names."""

    call: UUID
    participant: UUID
    bearer_id: int | None = None
    """The system that was given the token; None where the page of somebody signed in, or a texted link, has it."""


def token_for(call: VideoCall, participant: VideoParticipant, *, bearer_id: int | None = None) -> str:
    """The token with which this person joins, as the call's provider wants it, for the system that asks now or for this one."""
    settings: Settings = current_app.extensions["settings"]
    if call.provider == Provider.ZOOM:
        return zoom_token(settings, call, participant)
    return embedded_token(settings, call, participant, bearer_id=bearer_id or bearer_behind())


def embedded_token(settings: Settings, call: VideoCall, participant: VideoParticipant, *, bearer_id: int | None = None) -> str:
    """For the rooms of this house. Whoever got it from a system acts by that system's hand in the room, not by their own."""
    begins, ends = _life(call)
    claims: dict[str, Any] = {
        "aud": AUDIENCE, "sub": str(participant.uuid), "call": str(call.uuid), "host": participant.is_host,
        "iat": int(begins.timestamp()), "exp": int(ends.timestamp()),
    }  # fmt: skip
    if bearer_id is not None:
        claims["bearer"] = bearer_id
    return jwt.encode(claims, _key(settings), ALGORITHM)


def zoom_token(settings: Settings, call: VideoCall, participant: VideoParticipant) -> str:
    """For Zoom's Video SDK. A session of theirs is found by its name and key; the name is not unique, so the key says which."""
    begins, ends = _life(call)
    claims: dict[str, Any] = {
        "app_key": settings.zoom_sdk_key, "role_type": HOST if participant.is_host else GUEST, "tpc": call.session_name,
        "version": 1, "iat": int(begins.timestamp()), "exp": int(ends.timestamp()),
        "user_identity": participant.uuid.hex, "session_key": str(call.uuid),
    }  # fmt: skip
    if participant.is_host and call.wants_recording:
        claims |= {"cloud_recording_option": 1, "cloud_recording_election": 1}
    return jwt.encode(claims, settings.zoom_sdk_secret, ALGORITHM)


def seat_of(token: str) -> Seat | None:
    """Whom a token of ours names; None for one that is not ours, was changed, or has ended."""
    settings: Settings = current_app.extensions["settings"]
    if len(token) > LONGEST:
        return None
    try:
        claims = jwt.decode(
            token, _key(settings), algorithms=[ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "sub"], "verify_iat": False}
        )
        return Seat(UUID(str(claims["call"])), UUID(str(claims["sub"])), claims.get("bearer"))
    except (jwt.PyJWTError, KeyError, ValueError):
        return None


def _life(call: VideoCall) -> tuple[datetime, datetime]:
    begins = now()
    return begins, min(max(call.latest_end, begins + LEAST_LIFE), begins + MOST_LIFE)


def _key(settings: Settings) -> bytes:
    """Of its own, so that no other token of the house is one of these."""
    return hmac.new(settings.secret_key.encode(), AUDIENCE.encode(), hashlib.sha256).digest()

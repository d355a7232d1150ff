"""The page of a room, for whoever has a place in it: the only pages that may use a camera and a screen."""

from typing import Any

from flask import Response, make_response, render_template

from app.core.database import db
from app.core.own_names import OWN_NAMES
from app.core.presentation import text_direction
from app.core.security_headers import VIDEO_PERMISSIONS
from app.directory.models import School
from app.video import tokens
from app.video.models import VideoCall, VideoParticipant
from app.video.words import script_words, words_in


def room_page(call: VideoCall, who: VideoParticipant, language: str, *, bearer_id: int | None = None, **more: Any) -> Response:
    """The room, in the reader's language. `more` is what only staff see; their token comes when they press the button.

    `bearer_id`: the system whose token opened it.
    """
    school = db.session.get(School, call.school_id) if call.school_id else None
    page = render_template(
        "video/room.html",
        call=call,
        who=who,
        token="" if who.staff_id is not None and more else tokens.token_for(call, who, bearer_id=bearer_id),
        words=words_in(language),
        script_words=script_words(language),
        language=language,
        direction=text_direction(language),
        school=school,
        languages=OWN_NAMES,
        **{"is_staff": who.staff_id is not None, "back": "", "invited": [], "notes": False, "theme": "auto", **more},
    )
    return allow_devices(make_response(page))


def allow_devices(response: Response) -> Response:
    """Camera, microphone and screen, on this page only."""
    response.headers["Permissions-Policy"] = VIDEO_PERMISSIONS
    return response

"""Where the carrier fetches the pictures of outgoing messages and the sounds of calls: whole, or a range of bytes."""

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.delivery.media_links import open_media

bp = Blueprint("delivery_media", __name__, url_prefix="/webhooks/media")


@bp.get("/<token>")
@public
def picture(token: str) -> ResponseReturnValue:
    """One file, for whoever holds its signed address."""
    content, content_type, size = open_media(token)
    response = send_file(content, mimetype=content_type, max_age=0, conditional=False)
    response.content_length = size
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "attachment" if not content_type.startswith(("image/", "audio/", "video/")) else "inline"
    return response

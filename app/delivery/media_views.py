"""Where the carrier fetches the pictures of outgoing messages."""

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.delivery.media_links import open_media

bp = Blueprint("delivery_media", __name__, url_prefix="/webhooks/media")


@bp.get("/<token>")
@public
def picture(token: str) -> ResponseReturnValue:
    """One file, for whoever holds its signed address."""
    content, content_type = open_media(token)
    response = send_file(content, mimetype=content_type, max_age=0)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "attachment" if not content_type.startswith(("image/", "audio/", "video/")) else "inline"
    return response

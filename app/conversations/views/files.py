"""Files behind signed links: nobody signs in for them, they open for a while, and players may ask for a part."""

from http import HTTPStatus

from flask import Response, current_app, request
from werkzeug.wsgi import wrap_file

from app.accounts.models import Staff, StaffStatus
from app.accounts.permissions import public
from app.config import Settings
from app.conversations.models import Attachment
from app.conversations.service.attachments import file_store
from app.conversations.views.attached import OPEN_FOR, PURPOSE
from app.conversations.views.blueprint import pages
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, release_connection
from app.core.downloads import name_download
from app.core.files import FileGone

SHOWN_IN_PLACE = ("image/", "audio/", "video/", "application/pdf", "text/plain")
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A browser's own viewer needs this much; the sandbox that other files get would leave the page empty."""


@pages.get("/files/<token>")
@public
def file(token: str) -> Response:
    """The file, or the part of it that was asked for. The link names who got it: it ends with that account."""
    settings: Settings = current_app.extensions["settings"]
    subject = signed_links.read(settings.secret_key, PURPOSE, token, now())
    number, staff_id, size = subject.split("/")
    attachment, person = db.session.get(Attachment, int(number)), db.session.get(Staff, int(staff_id))
    if attachment is None or person is None or person.status != StaffStatus.ACTIVE:
        raise FileGone
    small = size == "small" and attachment.thumbnail_key is not None
    key = attachment.thumbnail_key if small else attachment.file_key
    if key is None:
        raise FileGone
    kind = "image/webp" if small else attachment.content_type
    name = attachment.name
    release_connection()
    return _served(key, kind, name)


def _served(key: str, kind: str, name: str) -> Response:
    store = file_store()
    length = store.size(key)
    if request.method == "HEAD":
        response = Response(status=HTTPStatus.OK, mimetype=kind)
    else:
        response = Response(wrap_file(request.environ, store.open(key)), mimetype=kind, direct_passthrough=True)
    response.content_length = length
    place = "inline" if kind.startswith(SHOWN_IN_PLACE) else "attachment"
    name_download(response, place, name)
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = int(OPEN_FOR.total_seconds())
    if kind == "application/pdf":
        response.headers["Content-Security-Policy"] = PDF_POLICY
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    return response

"""Where files of emails are fetched from: a signed address, for a while."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, request
from werkzeug.wsgi import wrap_file

from app.accounts.permissions import public
from app.api.courier.models import Upload
from app.config import Settings
from app.conversations.service.attachments import file_store
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, release_connection
from app.core.downloads import name_download
from app.core.files import FileGone

PURPOSE = "courier.download"
OPEN_FOR = timedelta(hours=1)
PATH = "/courier/downloads/"
pages = Blueprint("courier_downloads", __name__)


def link_to(upload: Upload) -> str:
    """An address that opens one file for an hour."""
    settings: Settings = current_app.extensions["settings"]
    token = signed_links.sign(settings.secret_key, PURPOSE, str(upload.id), now() + OPEN_FOR)
    return f"{settings.public_url.rstrip('/')}{PATH}{token}"


@pages.get(PATH + "<token>")
@public
def download(token: str) -> Response:
    """The file; the token is the right to."""
    settings: Settings = current_app.extensions["settings"]
    upload = db.session.get(Upload, int(signed_links.read(settings.secret_key, PURPOSE, token, now())))
    if upload is None or upload.file_key is None:
        raise FileGone
    key, kind, name = upload.file_key, upload.content_type, upload.name
    release_connection()
    store = file_store()
    response = Response(wrap_file(request.environ, store.open(key)), mimetype=kind, direct_passthrough=True)
    response.content_length = store.size(key)
    name_download(response, "attachment", name)
    return response

"""Pictures, papers and sounds of a draft: put there by a script one by one, or with the whole form without one; and opened by families."""

from http import HTTPStatus
from typing import BinaryIO, cast

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import wrap_file

from app.accounts.current import asker
from app.accounts.permissions import Permission, public, requires
from app.announcements import service
from app.announcements.models import Announcement, FileKind
from app.announcements.queries.files import file_behind
from app.announcements.service.sounds import LARGEST_SOUND
from app.announcements.views.blueprint import pages
from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.core.downloads import name_download
from app.core.error_pages import answer
from app.core.errors import NotVisible
from app.core.files import FileTooLarge
from app.core.ids import row_number, row_number_or_none
from app.core.presentation import gettext as _
from app.core.uploads import UploadRefused, Why

EVERY = "all"
"""In names of fields: a sound for calls in every language."""
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A browser's own viewer needs this much."""
OPEN_SECONDS = 3600


@pages.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Nothing of it was read: say how much may come, to a script as well as on a page."""
    refusal = FileTooLarge(LARGEST_SOUND)
    return answer(refusal.status, refusal.advice, code=refusal.code)


@pages.post("/announcements/<int:announcement_id>/files")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def add_file(announcement_id: int) -> ResponseReturnValue:
    """One picture, PDF or sound, as a script sends it."""
    announcement = service.authored_by(asker(), announcement_id)
    version = request.form.get("version", 0, type=row_number)
    file = request.files.get("file")
    if file is None:
        raise UploadRefused(_("Choose a file first."), why=Why.EMPTY)
    if request.form.get("kind") == FileKind.SOUND:
        saved = _sound(announcement, file, request.form.get("language", EVERY), version)
    else:
        saved = service.attach(
            asker(), announcement_id, cast("BinaryIO", file.stream), filename=file.filename, claimed_mime=file.mimetype, version=version
        )  # fmt: skip
    return jsonify({"version": saved.version}), HTTPStatus.CREATED


@pages.post("/announcements/<int:announcement_id>/files/<int:file_id>")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def change_file(announcement_id: int, file_id: int) -> ResponseReturnValue:
    """Take it away, or have texts carry it itself or as a link."""
    service.authored_by(asker(), announcement_id)
    saved = _changed(announcement_id, file_id, request.form.get("act", ""), request.form.get("version", 0, type=row_number))
    return jsonify({"version": saved.version})


def act_on(announcement: Announcement, act: str) -> Announcement | None:
    """What a button of the whole form does to files; None where it has nothing to do with them. Raises what the services raise."""
    what, _sep, rest = act.partition(":")
    if what == "attach":
        for file in request.files.getlist("files"):
            if file.filename:
                announcement = service.attach(
                    asker(),
                    announcement.id,
                    cast("BinaryIO", file.stream),
                    filename=file.filename,
                    claimed_mime=file.mimetype,
                    version=announcement.version,
                )
        return announcement
    if what == "sound":
        chosen = request.files.get(f"sound-{rest}")
        if chosen is None or not chosen.filename:
            raise UploadRefused(_("Choose a file first."), why=Why.EMPTY)
        return _sound(announcement, chosen, rest, announcement.version)
    if what in {"file-remove", "file-carry", "file-link"}:
        return _changed(announcement.id, row_number_or_none(rest) or 0, what.removeprefix("file-"), announcement.version)
    return None


def _sound(announcement: Announcement, file: FileStorage, language: str, version: int) -> Announcement:
    known = None if language == EVERY else language[:12]
    return service.put_sound(
        asker(),
        announcement.id,
        cast("BinaryIO", file.stream),
        filename=file.filename,
        claimed_mime=file.mimetype,
        language=known,
        version=version,
    )


def _changed(announcement_id: int, file_id: int, what: str, version: int) -> Announcement:
    if what == "remove":
        return service.detach(asker(), announcement_id, file_id, version=version)
    if what in {"carry", "link"}:
        return service.carry(asker(), announcement_id, file_id, in_texts=what == "carry", version=version)
    raise NotVisible


@pages.get("/f/<code>")
@public
def open_file(code: str) -> Response:
    """A file for whoever holds its link, in whole or in part, as long as links of the district work."""
    file = file_behind(code)
    return _served(file.file_key, file.content_type, file.name)


@pages.get("/f/<code>/small")
@public
def open_thumbnail(code: str) -> Response:
    """Its small picture."""
    file = file_behind(code)
    return _served(file.thumbnail_key, "image/webp", file.name) if file.thumbnail_key else open_file(code)


def _served(key: str, kind: str, name: str) -> Response:
    release_connection()
    store = file_store()
    length = store.size(key)
    response = Response(wrap_file(request.environ, store.open(key)), mimetype=kind, direct_passthrough=True)
    response.content_length = length
    name_download(response, "inline", name)
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = OPEN_SECONDS
    if kind == "application/pdf":
        response.headers["Content-Security-Policy"] = PDF_POLICY
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    return response

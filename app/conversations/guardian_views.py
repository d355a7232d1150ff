"""The guardian's web thread: a secret link, no account, no script. The address itself is the key, so nothing else is asked."""

import base64
from http import HTTPStatus
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from flask import current_app, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from app.accounts.models import Staff
from app.accounts.permissions import public
from app.config import Settings
from app.conversations.guardian_page import days_of
from app.conversations.guardian_refusals import sentence, sentence_for
from app.conversations.guardian_words import words_in
from app.conversations.service import web_thread
from app.conversations.service.attachments import file_store
from app.conversations.service.web_thread import Visit
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.files import FileTooLarge
from app.core.ids import row_number
from app.core.own_names import OWN_NAMES
from app.core.presentation import text_direction
from app.core.secret_pages import browser_language, only_words, reader_language, secret_pages
from app.core.signed_links import BadLink, ExpiredLink
from app.directory.models import School
from app.extensions import csrf, limiter

pages = secret_pages("guardian", __name__, "/g", words_in)
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SHOWN = 50
UNPROCESSABLE = 422


@pages.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """More than may be sent at once, and therefore not read: the words stand in the page before this one."""
    token = str((request.view_args or {}).get("token", ""))
    visit = web_thread.open_link(token)
    settings: Settings = current_app.extensions["settings"]
    refusal = FileTooLarge(settings.max_upload_bytes)
    return _page(token, visit, error=sentence_for(refusal, reader_language(visit.sender.guardian.language)))


@pages.errorhandler(TooManyRequests)
def too_often(_error: TooManyRequests) -> ResponseReturnValue:
    """The link may be anybody's guess, so it is not opened: the language is the browser's."""
    language = browser_language()
    return only_words(words_in(language)["of"], sentence("often", language), HTTPStatus.TOO_MANY_REQUESTS)


@pages.get("/<token>")
@public
@limiter.limit("120 per minute")
def show(token: str) -> ResponseReturnValue:
    """The thread. Reading is noted by the picture at its end, which programs that only look at links do not fetch."""
    return _page(token, web_thread.open_link(token))


def _page(token: str, visit: Visit, *, error: str | None = None, body: str = "") -> ResponseReturnValue:
    language = reader_language(visit.sender.guardian.language)
    messages = web_thread.shown_to_guardian(visit, before_id=request.args.get("before", type=row_number), limit=SHOWN)
    school = db.session.get_one(School, visit.conversation.school_id)
    page = render_template(
        "guardian/thread.html",
        token=token,
        words=words_in(language),
        language=language,
        direction=text_direction(language),
        names={code: OWN_NAMES[code] for code in OWN_NAMES if code in {"en", visit.sender.guardian.language}},
        days=days_of(messages, visit, language, school),
        school=school,
        teacher=_teacher(visit),
        oldest=messages[0].id if len(messages) == SHOWN else None,
        newest=messages[-1].id if messages else 0,
        key=uuid4(),
        error=error,
        body=body,
        was_sent=request.args.get("sent") == "1",
    )
    return make_response(page, UNPROCESSABLE if error else 200)


def _teacher(visit: Visit) -> str | None:
    if visit.conversation.created_by_id is None:
        return None
    return db.session.get_one(Staff, visit.conversation.created_by_id).shown_name


@pages.post("/<token>")
@csrf.exempt  # whoever knows the address may write; there is no cookie that another site could borrow
@public
@limiter.limit("20 per minute")
def reply(token: str) -> ResponseReturnValue:
    """What the guardian writes; a double press is one message."""
    visit = web_thread.open_link(token)
    files = [(cast("BinaryIO", file.stream), file.filename, file.mimetype) for file in request.files.getlist("photo") if file.filename]
    try:
        web_thread.guardian_reply(token, request.form.get("body", ""), uuid=_key(), files=files)
    except (BadLink, ExpiredLink):
        raise
    except HomeroomError as refusal:
        said = sentence_for(refusal, reader_language(visit.sender.guardian.language))
        return _page(token, visit, error=said, body=request.form.get("body", ""))
    return redirect(url_for(".show", token=token, sent=1, lang=request.args.get("lang")), code=303)


def _key() -> UUID:
    try:
        return UUID(request.form.get("key", ""))
    except ValueError:
        return uuid4()


@pages.get("/<token>/read/<int:message_id>.gif")
@public
@limiter.limit("240 per minute")
def read(token: str, message_id: int) -> ResponseReturnValue:
    """The page was really shown: note how far the guardian has read."""
    web_thread.guardian_read(token, message_id)
    response = make_response(PIXEL)
    response.headers["Content-Type"] = "image/gif"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/<token>/files/<uuid:attachment_uuid>")
@public
@limiter.limit("240 per minute")
def file(token: str, attachment_uuid: UUID) -> ResponseReturnValue:
    """A file of a message that this guardian may read. Raises NotVisible."""
    visit = web_thread.open_link(token)
    found = web_thread.attachment_for_guardian(visit, attachment_uuid)
    if found is None or found.file_key is None:
        raise NotVisible
    response = send_file(
        file_store().open(found.file_key),
        mimetype=found.content_type,
        download_name=found.name,
        conditional=False,
        max_age=0,
        as_attachment=not found.content_type.startswith("image/"),
    )
    response.content_length = file_store().size(found.file_key)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=response.content_length)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

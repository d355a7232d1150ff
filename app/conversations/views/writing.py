"""Writing: send, schedule, note, draft, attach, count."""

from http import HTTPStatus
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.current import asker, current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_thread, service
from app.conversations.forms import MessageForm, read_moment
from app.conversations.models import Attachment, Draft, Message
from app.conversations.service import attachments
from app.conversations.views.answers import done, refused
from app.conversations.views.blueprint import pages
from app.conversations.views.composer_shown import Typed
from app.conversations.views.live_parts import printed_alone
from app.conversations.views.measuring import measured
from app.conversations.views.thread import answer_with_thread, printed
from app.conversations.views.unsent import shown_again, unsent
from app.core.database import db
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError
from app.core.ids import row_number, row_numbers
from app.core.local_clock import local_clock, zone_of
from app.core.presentation import gettext as _

UNDO_SECONDS = 5
MOST_FILES_AT_ONCE = 10
FIELD_OF = {"unsuitable_time": "due_at", "too_many_files": "files", "upload_refused": "files", "file_too_large": "files",
            "facts_changed": "translation"}  # fmt: skip
"""Beside which field a refusal is shown; beside the words unless said."""


@pages.post("/conversations/<int:conversation_id>/messages")
@requires(Permission.WRITE_THREADS)
def write(conversation_id: int) -> ResponseReturnValue:
    """Send now, send later, or add a note; a refused form comes back with what was typed."""
    form, staff = MessageForm(), asker()
    chosen = row_numbers(request.form.getlist("attachment"))[:MOST_FILES_AT_ONCE]
    if not form.validate_on_submit():
        return _again(conversation_id, form, chosen, form.first_errors())
    try:
        chosen += _uploaded(conversation_id)
        if form.is_note:
            mentioned = row_numbers(request.form.getlist("mention"))
            note = service.add_note(staff, conversation_id, form.body.data or "", uuid=form.message_uuid, mention_ids=mentioned)
            return _written(note, "")
        translation = (form.translation.data or None) if form.translate.data else None
        words: dict[str, Any] = {
            "uuid": form.message_uuid,
            "attachment_ids": chosen,
            "as_mms": form.as_mms.data,
            "translation": translation,
            "translated_by": form.translated_by.data or None,
        }
        if form.due.data:
            school = queries_thread.school_zone(queries.conversation_visible_to(staff, conversation_id).school_id)
            due_at = read_moment(form.wants_later, zone_of(school))
            if due_at is None:
                return _again(conversation_id, form, chosen, {"due_at": _("Choose a day and a time.")})
            service.schedule(staff, conversation_id, form.body.data or "", due_at=due_at, **words)
            when = local_clock(school).ahead(due_at)
            return done(_("Scheduled: %(time)s.", time=when), f"/conversations/{conversation_id}", scheduled=True)
        message = service.send(staff, conversation_id, form.body.data or "", **words)
    except HomeroomError as refusal:
        if refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            raise
        return _again(conversation_id, form, chosen, {FIELD_OF.get(refusal.code, "body"): refusal.advice})
    if form.send.data == "done":
        service.finish(staff, conversation_id)
    return _written(message, _("Sent to %(name)s."))


def _written(message: Message, said: str) -> ResponseReturnValue:
    """The new entry as the thread shows it, for a script; or back to the thread. `said` may name the conversation."""
    back, staff = f"/conversations/{message.conversation_id}", asker()
    if not wants_json():
        return done("", back)
    shown = request.form.get("after", type=row_number)
    if shown is None or shown >= message.id:
        row = queries_thread.one_message(staff, message.id)
        html = printed_alone(row)
    else:  # the page is at the end: it gets all that came since, as if it had asked for it
        fresh = queries_thread.fresh_messages(staff, message.conversation_id, shown)
        row, html = fresh[0], b"".join(printed(fresh, message.conversation_id, shown))
    return done(
        said and said % {"name": row.title},
        back,
        id=message.id,
        uuid=str(message.uuid),
        html=html.decode(),
        undo_seconds=UNDO_SECONDS if said else 0,
    )


def _again(conversation_id: int, form: MessageForm, chosen: list[int], errors: dict[str, str]) -> ResponseReturnValue:
    """The form once more, with everything that was typed. Raises NotVisible: a stranger learns nothing from a refusal."""
    queries.conversation_visible_to(current_staff, conversation_id)
    if wants_json():
        return refused(errors)
    typed = Typed(
        body=form.body.data or "",
        is_note=form.is_note,
        translation=form.translation.data or "",
        translated_by=form.translated_by.data or "",
        as_mms=bool(form.as_mms.data),
        due_at=form.due_at.data or "",
        uuid=form.message_uuid,
        files=shown_again(chosen, current_staff.id),
        errors=errors,
    )
    return answer_with_thread(conversation_id, typed=typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _uploaded(conversation_id: int) -> list[int]:
    """Files that came with the form itself, from a browser without scripts."""
    sent = [file for file in request.files.getlist("files")[:MOST_FILES_AT_ONCE] if file.filename]
    return [_attached(conversation_id, file).id for file in sent]


def _attached(conversation_id: int, file: FileStorage) -> Attachment:
    stream = cast("BinaryIO", file.stream)
    return attachments.attach(current_staff, conversation_id, stream, filename=file.filename, claimed_mime=file.mimetype)


@pages.post("/conversations/<int:conversation_id>/attachments")
@requires(Permission.WRITE_THREADS)
def attach(conversation_id: int) -> ResponseReturnValue:
    """One file, as soon as it is chosen. Judged here, whatever the browser thinks of it."""
    file = request.files.get("file")
    queries.conversation_visible_to(current_staff, conversation_id)
    if file is None or not file.filename:
        return refused({"files": _("Choose a file.")})
    try:
        kept = _attached(conversation_id, file)
    except HomeroomError as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise
        return refused({"files": refusal.advice})
    [facts] = unsent([kept.id], current_staff.id)
    return make_response(jsonify(facts), HTTPStatus.CREATED)


@pages.post("/conversations/attachments/<uuid:attachment_uuid>/remove")
@requires(Permission.WRITE_THREADS)
def detach(attachment_uuid: UUID) -> ResponseReturnValue:
    """Take a file away before it is sent."""
    conversation_id = attachments.detach(current_staff, attachment_uuid)
    if not wants_json():  # the whole form came along
        service.save_draft(current_staff, conversation_id, request.form.get("body", ""), is_note=request.form.get("mode") == "note")
    return done("", f"/conversations/{conversation_id}")


@pages.post("/conversations/<int:conversation_id>/draft")
@requires(Permission.WRITE_THREADS)
def keep_draft(conversation_id: int) -> ResponseReturnValue:
    """What is being written, kept for the next device."""
    service.save_draft(current_staff, conversation_id, request.form.get("body", ""), is_note=request.form.get("mode") == "note")
    return Response(status=HTTPStatus.NO_CONTENT)


@pages.get("/conversations/<int:conversation_id>/draft")
@requires(Permission.WRITE_THREADS)
def kept_draft(conversation_id: int) -> ResponseReturnValue:
    """What the asker has written so far, on whichever device."""
    queries.conversation_visible_to(current_staff, conversation_id)
    draft = db.session.get(Draft, (conversation_id, current_staff.id))
    return make_response(jsonify({"body": draft.body if draft else "", "note": bool(draft and draft.is_note)}))


@pages.post("/conversations/<int:conversation_id>/measure")
@requires(Permission.WRITE_THREADS)
def measure(conversation_id: int) -> ResponseReturnValue:
    """How many texts the words take, counted by the code that bills."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    facts = measured(request.form.get("body", ""), head.settings or {}, copies=request.form.get("copies", 1, type=row_number))
    return make_response(jsonify(facts))


@pages.post("/conversations/<int:conversation_id>/translation")
@requires(Permission.WRITE_THREADS)
def translate(conversation_id: int) -> ResponseReturnValue:
    """What the family would read. Nothing is sent; a translator that is away says so, and one's own words can always go."""
    previews = service.translate_for(current_staff, conversation_id, request.form.get("body", ""))
    if not previews:
        return make_response(jsonify({"text": "", "by": "", "note": ""}))
    first = previews[0]
    return make_response(jsonify({"text": first.text or "", "by": first.provider or "", "note": first.problem or ""}))

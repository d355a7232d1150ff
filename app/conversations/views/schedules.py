"""Messages for later, standing in their place: edit, move, drop, send now."""

from http import HTTPStatus

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_thread, service
from app.conversations.forms import read_moment
from app.conversations.models import Attachment, ScheduledMessage
from app.conversations.service import Preview
from app.conversations.views.answers import done, refused
from app.conversations.views.blueprint import pages
from app.conversations.views.parts import page_or_part, part
from app.conversations.views.schedules_shown import schedule
from app.conversations.views.unsent import ids_of, unsent
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError, NotVisible
from app.core.local_clock import local_clock, zone_of
from app.core.presentation import gettext as _


@pages.get("/conversations/scheduled/<int:scheduled_id>")
@requires(Permission.WRITE_THREADS)
def scheduled(scheduled_id: int) -> Response:
    """The form to change or drop it; `as=bubble` gives it back as it stands in the thread."""
    return _form(scheduled_id)


def _form(scheduled_id: int, *, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    planned = queries.scheduled_visible_to(current_staff, scheduled_id)
    head = queries_thread.thread_head(current_staff, planned.conversation_id)
    clock = local_clock(head.time_zone)
    shown = [each for each in schedule(head.scheduled, current_staff.id, clock, language=head.language) if each.id == scheduled_id]
    if not shown:
        raise NotVisible
    if request.args.get("as") == "bubble":
        return part("conversations/_scheduled.html", entries=shown, conversation={"id": head.id})
    context = {"planned": planned, "shown": shown[0], "head": head, "errors": errors or {}, "cancelling": "cancel" in request.args}
    typed = {"body": request.form.get("body", planned.body), "due_at": request.form.get("due_at", shown[0].value)}
    return page_or_part(
        "conversations/_edit_scheduled.html", page="conversations/edit_scheduled.html", status=status, typed=typed, **context
    )


@pages.post("/conversations/scheduled/<int:scheduled_id>")
@requires(Permission.WRITE_THREADS)
def change_scheduled(scheduled_id: int) -> ResponseReturnValue:
    """New words, a new moment, or both."""
    planned = queries.scheduled_visible_to(current_staff, scheduled_id)
    back = f"/conversations/{planned.conversation_id}"
    head = queries_thread.thread_head(current_staff, planned.conversation_id)
    due_at = read_moment(request.form.get("due_at", ""), zone_of(head.time_zone))
    if due_at is None:
        return _refused(scheduled_id, {"due_at": _("Choose a day and a time.")})
    body = request.form.get("body", "").strip()
    moved = due_at if due_at != planned.due_at.replace(second=0, microsecond=0) else None
    again = _translated_again(planned, body) if body != planned.body else None
    try:
        service.change_scheduled(current_staff, scheduled_id, due_at=moved, body=body if body != planned.body else None, preview=again)
    except HomeroomError as refusal:
        if refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            raise
        return _refused(scheduled_id, {"due_at" if refusal.code == "unsuitable_time" else "body": refusal.advice})
    said = _("Changed. It goes out %(time)s.", time=local_clock(head.time_zone).ahead(due_at))
    if again is not None and again.problem:
        said = f"{said} {again.problem}"
    return done(said, back, scheduled=True)


def _translated_again(planned: ScheduledMessage, body: str) -> Preview | None:
    """New words for a family that was to get them in its own language are translated anew; None where nothing was translated."""
    return next(iter(service.translate_for(current_staff, planned.conversation_id, body)), None) if planned.translation else None


def _refused(scheduled_id: int, errors: dict[str, str]) -> ResponseReturnValue:
    if wants_json():
        return refused(errors)
    return _form(scheduled_id, errors=errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@pages.post("/conversations/scheduled/<int:scheduled_id>/send")
@requires(Permission.WRITE_THREADS)
def send_scheduled(scheduled_id: int) -> ResponseReturnValue:
    """Do not wait."""
    message = service.send_scheduled_now(current_staff, scheduled_id)
    return done(_("It is on its way."), f"/conversations/{message.conversation_id}", scheduled=True)


@pages.post("/conversations/scheduled/<int:scheduled_id>/cancel")
@requires(Permission.WRITE_THREADS)
def cancel_scheduled(scheduled_id: int) -> ResponseReturnValue:
    """Drop it; its words come back into the box."""
    planned = queries.scheduled_visible_to(current_staff, scheduled_id)
    files = ids_of(Attachment.scheduled_message_id == scheduled_id)
    body = service.cancel_scheduled(current_staff, scheduled_id)
    back = f"/conversations/{planned.conversation_id}"
    return done(_("Deleted. Its words are in the box."), back, scheduled=True, body=body, files=unsent(files, current_staff.id))


@pages.get("/conversations/<int:conversation_id>/scheduled")
@requires(Permission.READ_THREADS)
def schedule_of(conversation_id: int) -> Response:
    """All that is planned in a thread, after something about it changed."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    shown = schedule(head.scheduled, current_staff.id, local_clock(head.time_zone), language=head.language)
    return part("conversations/_scheduled.html", entries=shown, conversation={"id": head.id})

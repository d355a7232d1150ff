"""Words that a person or a school uses often."""

from http import HTTPStatus

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.models import Role
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries, queries_people, service
from app.conversations.forms import SavedReplyForm
from app.conversations.models import SavedReply
from app.conversations.views.answers import done
from app.conversations.views.blueprint import pages
from app.conversations.views.parts import part
from app.core.errors import HomeroomError
from app.core.ids import row_number_or_none
from app.core.merge_fields import MergeField
from app.directory.queries.reach import schools_of

FIELD_OF = {"unfilled_fields": "body", "message_too_long": "body"}


@pages.get("/saved-replies")
@requires(Permission.WRITE_THREADS)
def saved_replies() -> Response:
    """All of them, and a form for one more."""
    return _page(SavedReplyForm(formdata=None))


@pages.get("/saved-replies/<int:reply_id>")
@requires(Permission.WRITE_THREADS)
def edit_reply(reply_id: int) -> Response:
    """The same page with one of them in the form."""
    reply = queries.saved_reply_visible_to(current_staff, reply_id)
    return _page(SavedReplyForm(formdata=None, obj=reply), editing=reply)


@pages.post("/saved-replies")
@requires(Permission.WRITE_THREADS)
def save_reply() -> ResponseReturnValue:
    """Keep a new one, for oneself or for a school."""
    form = SavedReplyForm()
    school = form.school_id.data or ""
    if not form.validate_on_submit():
        return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        service.create_saved_reply(
            current_staff,
            title=form.title.data or "",
            shortcut=form.shortcut.data or "",
            body=form.body.data or "",
            school_id=row_number_or_none(school),
        )
    except HomeroomError as refusal:
        return _refused(form, refusal)
    return done(_("Saved."), "/saved-replies")


@pages.post("/saved-replies/<int:reply_id>")
@requires(Permission.WRITE_THREADS)
def change_reply(reply_id: int) -> ResponseReturnValue:
    """Change one, or delete it."""
    reply = queries.saved_reply_visible_to(current_staff, reply_id)
    if "delete" in request.form:
        service.delete_saved_reply(current_staff, reply_id)
        return done(_("Deleted."), "/saved-replies")
    form = SavedReplyForm()
    if not form.validate_on_submit():
        return _page(form, editing=reply, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        service.edit_saved_reply(
            current_staff, reply_id, title=form.title.data or "", shortcut=form.shortcut.data or "", body=form.body.data or ""
        )
    except HomeroomError as refusal:
        return _refused(form, refusal, editing=reply)
    return done(_("Saved."), "/saved-replies")


def _refused(form: SavedReplyForm, refusal: HomeroomError, *, editing: SavedReply | None = None) -> Response:
    if refusal.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
        raise refusal
    field = getattr(form, FIELD_OF.get(refusal.code, "shortcut"))
    field.errors = [*field.errors, refusal.advice]
    return _page(form, editing=editing, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(form: SavedReplyForm, *, editing: SavedReply | None = None, status: int = 200) -> Response:
    replies = queries_people.saved_replies(current_staff)
    shares = role_allows(current_staff.role, Permission.READ_SCHOOL_THREADS)
    schools = [(str(school.id), school.name) for school in schools_of(current_staff)] if shares else []
    return part(
        "conversations/saved_replies.html",
        status=status,
        form=form,
        editing=editing,
        replies=[(reply, reply.staff_id == current_staff.id or shares) for reply in replies],
        schools=schools,
        for_district=current_staff.role == Role.DISTRICT_ADMIN,
        fields=[str(name) for name in MergeField],
    )

"""The page on which a call begins: how long, and whether the family is texted a link."""

from contextlib import suppress
from http import HTTPStatus
from uuid import UUID, uuid5

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.conversations.queries import conversation_visible_to
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_number
from app.video import queries, service
from app.video.models import USUAL_MINUTES
from app.video.service import Plan
from app.video.views.blueprint import pages

LENGTHS = (15, 30, 60, 90, 120)
NAMESPACE = UUID("0f4c1c53-52f4-4a2c-9f5a-1f0c7be0a0f1")


@pages.get("/new")
@requires(Permission.MAKE_CALLS)
def new() -> ResponseReturnValue:
    """The form, for a thread."""
    return _form(new_uuid().hex)


@pages.post("/new")
@requires(Permission.MAKE_CALLS)
def begin() -> ResponseReturnValue:
    """Write the call down, text the links, and show the room."""
    staff, form = asker(), request.form
    conversation_id = request.values.get("conversation", type=row_number)
    if conversation_id is None:
        raise NotVisible
    key = form.get("request_key", "")[:64] or new_uuid().hex
    plan = Plan(
        request_key=key, conversation_id=conversation_id, minutes=form.get("minutes", USUAL_MINUTES, type=row_number),
    )  # fmt: skip
    try:
        call = service.create(staff, plan)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _form(key, error=refusal.advice), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.get("text"):
        with suppress(HomeroomError):  # the room's page says of each guardian why there is no text
            service.invite(staff, call.id, uuid=uuid5(NAMESPACE, key))
    return redirect(url_for(".show", video_id=call.id), HTTPStatus.SEE_OTHER)


def _form(key: str, *, error: str = "") -> str:
    staff = asker()
    conversation_id = request.values.get("conversation", type=row_number)
    if conversation_id is None:
        raise NotVisible
    conversation = conversation_visible_to(staff, conversation_id)
    return render_template(
        "video/new.html",
        conversation=conversation,
        running=queries.running_in(conversation_id),
        lengths=LENGTHS,
        minutes=request.form.get("minutes", USUAL_MINUTES, type=row_number),
        wants_text=request.method == "GET" or bool(request.form.get("text")),
        people=service.invitable(conversation),
        request_key=key,
        error=error,
    )

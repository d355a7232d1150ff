"""What is done with one voicemail: heard, new, done, given to somebody, noted, answered by text."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.conversations.views.answers import WayBack, done
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_number_or_none
from app.voicemail import service
from app.voicemail.queries import voicemail_visible_to
from app.voicemail.views.blueprint import pages
from app.voicemail.views.listing import one

ACTS = {"new": service.mark_new, "done": service.finish, "reopen": service.reopen}


@pages.post("/<int:voicemail_id>/heard")
@requires(Permission.READ_CALLS)
def heard(voicemail_id: int) -> ResponseReturnValue:
    """It is being played."""
    service.mark_heard(asker(), voicemail_id)
    return "", HTTPStatus.NO_CONTENT


@pages.post("/<int:voicemail_id>")
@requires(Permission.MAKE_CALLS)
def act(voicemail_id: int) -> ResponseReturnValue:
    """What a button asks for."""
    voicemail_visible_to(asker(), voicemail_id)
    wanted, here = request.form.get("act", ""), f"/voicemail/{voicemail_id}"
    if wanted == "assign":
        row = service.assign(asker(), voicemail_id, row_number_or_none(request.form.get("staff")))
        return done(_("Assigned.") if row.assignee_id else _("It is back in its box."), here)
    if wanted == "note":
        service.note(asker(), voicemail_id, request.form.get("note", ""))
        return done(_("Note saved."), here)
    if wanted not in ACTS:
        raise NotVisible
    ACTS[wanted](asker(), voicemail_id)
    said = {"new": _("Marked as new."), "done": _("Done."), "reopen": _("It is open again.")}[wanted]
    back = WayBack(here, {"act": "reopen"}) if wanted == "done" else None
    return done(said, here, way_back=back)


@pages.post("/<int:voicemail_id>/text")
@requires(Permission.WRITE_THREADS)
def text(voicemail_id: int) -> ResponseReturnValue:
    """Answer by text, and lay it to rest."""
    voicemail_visible_to(asker(), voicemail_id)
    try:
        uuid = UUID(request.form.get("uuid", ""))
    except ValueError:
        uuid = new_uuid()
    try:
        message = service.text_back(asker(), voicemail_id, request.form.get("body", ""), uuid=uuid)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        if wants_json():
            raise
        return one(voicemail_id, status=HTTPStatus.UNPROCESSABLE_ENTITY, refused=refusal)
    said, thread = (
        _("The voicemail is done. Its text leaves in a moment; until then you can take it back here."),
        f"/conversations/{message.conversation_id}",
    )
    if wants_json():
        flash(said, "ok")  # for the page that it goes to
    return done(said, thread, goes_to=thread)

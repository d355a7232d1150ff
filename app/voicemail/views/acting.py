"""What is done with one voicemail: heard, new, done, given to somebody, noted, answered by text."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.forms import ROLE_NAMES
from app.accounts.permissions import Permission, requires
from app.conversations.queries_people import find_guardians
from app.conversations.views.answers import WayBack, done
from app.core.error_pages import wants_json
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid, row_number, row_number_or_none
from app.voicemail import service
from app.voicemail.queries import sees, voicemail_visible_to
from app.voicemail.queries_people import MOST_COLLEAGUES, colleagues_of
from app.voicemail.views.blueprint import pages
from app.voicemail.views.listing import one
from app.voicemail.views.shown import caller_shown

LONGEST_NAME = 80
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
    words = request.form.get("words", "")
    if wanted == "assign" and request.form.get("staff") == "office":
        row = service.give_to_office(asker(), voicemail_id, words=words)
        return done(_("The main office has it."), here if sees(asker(), row) else "/voicemail")
    if wanted == "assign":
        row = service.assign(asker(), voicemail_id, row_number_or_none(request.form.get("staff")), words=words)
        return done(_("Assigned.") if row.assignee_id else _("It is back in its box."), here)
    if wanted == "note":
        service.note(asker(), voicemail_id, request.form.get("note", ""), seen=request.form.get("seen"))
        return done(_("Note saved."), here)
    if wanted not in ACTS:
        raise NotVisible
    ACTS[wanted](asker(), voicemail_id)
    said = {"new": _("Marked as new."), "done": _("Done."), "reopen": _("It is open again.")}[wanted]
    back = WayBack(here, {"act": "reopen"}) if wanted == "done" else None
    return done(said, here, way_back=back)


@pages.get("/<int:voicemail_id>/colleagues")
@requires(Permission.MAKE_CALLS)
def colleagues(voicemail_id: int) -> Response:
    """Who can take care of it, by name."""
    row = voicemail_visible_to(asker(), voicemail_id)
    words = request.args.get("q", "").strip()[:LONGEST_NAME]
    found = colleagues_of(row, words)
    html = render_template(
        "voicemail/_colleagues.html", voicemail=row, colleagues=found, words=words, most=MOST_COLLEAGUES, role_names=ROLE_NAMES
    )  # fmt: skip
    return make_response(html)


@pages.get("/<int:voicemail_id>/caller")
@requires(Permission.TRIAGE)
def caller(voicemail_id: int) -> Response:
    """Whose phone is it? Search the families."""
    return _caller(voicemail_id)


@pages.post("/<int:voicemail_id>/caller")
@requires(Permission.TRIAGE)
def name_caller(voicemail_id: int) -> ResponseReturnValue:
    """It is this guardian's."""
    voicemail_visible_to(asker(), voicemail_id)
    try:
        row = service.name_caller(asker(), voicemail_id, request.form.get("guardian", 0, type=row_number))
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _caller(voicemail_id, refused=refusal.advice, status=HTTPStatus.CONFLICT)
    return done(_("It is from %(name)s. The number is in the family’s record now.", name=row.name), f"/voicemail/{row.id}?box=all")


def _caller(voicemail_id: int, *, refused: str = "", status: int = HTTPStatus.OK) -> Response:
    row = voicemail_visible_to(asker(), voicemail_id)
    words = request.args.get("q", "").strip()[:LONGEST_NAME]
    found = find_guardians(asker(), words, limit=12) if words else []
    html = render_template(
        "voicemail/caller.html", voicemail=row, number=caller_shown(row.caller), words=words, found=found, refused=refused,
        may_name=bool(row.caller) and row.guardian_id is None,
    )  # fmt: skip
    return make_response(html, status)


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

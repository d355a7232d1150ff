"""An uploaded list as the audience of a draft, with every line that did not go in."""

from dataclasses import replace
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.errors import BadList, NotADraft
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import list_visible_to
from app.announcements.service.lists import LARGEST, MOST_BAD, MOST_LINES, BadRow
from app.announcements.views.blueprint import pages
from app.core.presentation import gettext as _

PAGE = "announcements/list_upload.html"


@pages.get("/announcements/<int:announcement_id>/list")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def uploaded(announcement_id: int) -> ResponseReturnValue:
    """The list of a draft, and the place to upload another."""
    return _page(_draft(announcement_id))


@pages.post("/announcements/<int:announcement_id>/list")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def upload(announcement_id: int) -> ResponseReturnValue:
    """Read a file and put it into the draft in the place of the one before."""
    announcement = _draft(announcement_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(announcement, error=_("Choose a CSV file first.")), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        kept = service.upload(asker(), file.filename, file.stream.read(LARGEST + 1))
    except BadList as refusal:
        return _page(announcement, error=refusal.advice), HTTPStatus.UNPROCESSABLE_ENTITY
    draft = service.draft_of(announcement)
    service.save(asker(), announcement_id, replace(draft, audience={**draft.audience, "list_id": kept.id}), version=announcement.version)
    return redirect(url_for(".uploaded", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


def _draft(announcement_id: int) -> Announcement:
    announcement = service.authored_by(asker(), announcement_id)
    if announcement.state != AnnouncementState.DRAFT:
        raise NotADraft
    return announcement


def _page(announcement: Announcement, *, error: str | None = None) -> str:
    list_id = announcement.audience.get("list_id")
    return render_template(
        PAGE,
        announcement=announcement,
        found=list_visible_to(asker(), list_id) if list_id else None,
        error=error,
        most_lines=MOST_LINES,
        most_bad=MOST_BAD,
        why={
            BadRow.EMPTY: _("neither a phone nor a student id"),
            BadRow.NO_PHONE: _("not a phone number"),
            BadRow.NO_STUDENT: _("no student of yours has this id"),
            BadRow.SEVERAL_STUDENTS: _("several students have this id: write the other id of the one that you mean"),
            BadRow.TWICE: _("the same as a line above"),
        },
    )

"""An uploaded list as the audience of a draft, with every line that did not go in."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.errors import BadList, NotADraft
from app.announcements.models import Announcement, AnnouncementList, AnnouncementState
from app.announcements.queries import list_visible_to
from app.announcements.queries.choosing import list_named
from app.announcements.service.lists import LARGEST, MOST_LINES, BadRow
from app.announcements.views.blueprint import pages
from app.core.errors import NotVisible
from app.core.presentation import gettext as _
from app.core.spreadsheets import csv_lines

PAGE = "announcements/list_upload.html"
MOST_SHOWN = 500
"""Bad lines on the page; the file has all."""


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


@pages.get("/announcements/<int:announcement_id>/list/not-in.csv")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def not_in(announcement_id: int) -> ResponseReturnValue:
    """Every line that did not go in, as a file."""
    found, why = _list_of(_draft(announcement_id)), _why()
    if found is None:
        raise NotVisible
    head = [_("Line"), _("What stands there"), _("Why it is not in")]
    rows = [(row["line"], row.get("said", ""), why[row["reason"]]) for row in found.bad_rows]
    response = Response(stream_with_context(csv_lines(head, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="list-{found.id}-not-in.csv"'
    return response


def _draft(announcement_id: int) -> Announcement:
    announcement = service.authored_by(asker(), announcement_id)
    if announcement.state != AnnouncementState.DRAFT:
        raise NotADraft
    return announcement


def _list_of(announcement: Announcement) -> AnnouncementList | None:
    list_id = announcement.audience.get("list_id")
    return list_visible_to(asker(), list_id) if list_id else None


def _page(announcement: Announcement, *, error: str | None = None) -> str:
    found = _list_of(announcement)
    return render_template(
        PAGE,
        announcement=announcement,
        found=found,
        name=list_named(found.name, found.good_rows + len(found.bad_rows)) if found is not None else "",
        error=error,
        most_lines=MOST_LINES,
        bad=len(found.bad_rows) if found is not None else 0,
        shown=found.bad_rows[:MOST_SHOWN] if found is not None else [],
        why=_why(),
    )


def _why() -> dict[str, str]:
    return {
        BadRow.EMPTY: _("neither a phone nor a student id"),
        BadRow.NO_PHONE: _("not a phone number"),
        BadRow.NO_STUDENT: _("no student of yours has this id"),
        BadRow.SEVERAL_STUDENTS: _("several students have this id: write the other id of the one that you mean"),
        BadRow.TWICE: _("the same as a line above"),
    }

"""Import a roster from the browser: try it, read the report, then do it."""

from pathlib import Path

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts.current import current_staff, own_zone
from app.accounts.permissions import Permission, requires
from app.config import Settings
from app.core.errors import HomeroomError
from app.core.htmx import page_or_block
from app.core.spreadsheets import csv_lines
from app.directory.models import ImportState
from app.directory.roster import jobs, queries, service
from app.directory.roster.wordings import reason_of

bp = Blueprint("roster", __name__, url_prefix="/settings/roster")
ISSUES_SHOWN = 200
UNPROCESSABLE = 422
STATES = {
    ImportState.PENDING: _l("Waiting"),
    ImportState.RUNNING: _l("Running"),
    ImportState.FINISHED: _l("Finished"),
    ImportState.FAILED: _l("Failed"),
}

KINDS = {
    "schools": _l("Schools"),
    "staff": _l("Staff"),
    "students": _l("Students"),
    "guardians": _l("Guardians"),
    "contact_points": _l("Phones and emails"),
    "guardianships": _l("Relationships"),
    "sections": _l("Classes"),
    "teachers": _l("Teaching"),
    "enrollments": _l("Enrollments"),
}
"""What the report counts."""


@bp.url_value_preprocessor
def rosters_are_large(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Allow more than other uploads, before anything reads the form."""
    request.max_content_length = service.LARGEST_UPLOAD + 1024 * 1024


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say so beside the field."""
    return _list(_("The file is larger than 200 MB. Export only this school year, then choose it again.")), 413


@bp.get("")
@requires(Permission.IMPORT_ROSTER)
def imports() -> ResponseReturnValue:
    """The form and the latest imports."""
    return _list(None)


@bp.post("")
@requires(Permission.IMPORT_ROSTER)
def upload() -> ResponseReturnValue:
    """Take a zip and have a worker read it."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise service.UploadEmpty
        settings: Settings = current_app.extensions["settings"]
        kept = service.accept_upload(file, settings.data / "rosters")
    except HomeroomError as refusal:
        return _list(refusal.advice), UNPROCESSABLE
    row = service.start_import(
        current_staff.district_id, current_staff.id, file_name=file.filename, stored_as=kept, dry_run="dry_run" in request.form
    )
    jobs.run_roster_import.send(row.id)
    return redirect(url_for(".one", import_id=row.id), code=303)


@bp.get("/<int:import_id>")
@requires(Permission.IMPORT_ROSTER)
def one(import_id: int) -> ResponseReturnValue:
    """One import: how far it is, or what it did."""
    row = queries.import_visible_to(current_staff, import_id)
    return page_or_block(
        "settings/roster_import.html",
        "progress",
        row=row,
        states=STATES,
        zone=own_zone(),
        issues=list(queries.issues_of(row, most=ISSUES_SHOWN)),
        issue_count=queries.issue_count(row),
        held=queries.held_back(row),
        kinds=KINDS,
        reason_of=reason_of,
    )


@bp.post("/<int:import_id>/again")
@requires(Permission.IMPORT_ROSTER)
def again(import_id: int) -> ResponseReturnValue:
    """Import the same file for real, if need be with many leavers."""
    old = queries.import_visible_to(current_staff, import_id)
    if not Path(old.stored_as).is_file():
        flash(_("The file is no longer kept. Choose it again."))
        return redirect(url_for(".imports"), code=303)
    row = service.start_import(
        current_staff.district_id, current_staff.id, file_name=old.file_name, stored_as=Path(old.stored_as), dry_run=False,
        allow_many_leavers="allow_many_leavers" in request.form,
    )  # fmt: skip
    jobs.run_roster_import.send(row.id)
    return redirect(url_for(".one", import_id=row.id), code=303)


@bp.get("/<int:import_id>/issues.csv")
@requires(Permission.IMPORT_ROSTER)
def issues(import_id: int) -> ResponseReturnValue:
    """Every line that had a problem, for a spreadsheet."""
    row = queries.import_visible_to(current_staff, import_id)
    rows = ([i.file, i.line, reason_of(i.problem, i.details)] for i in queries.issues_of(row))
    lines = csv_lines([_("File"), _("Line"), _("Reason")], rows)
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="roster-issues-{row.id}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _list(error: str | None) -> str:
    return render_template("settings/roster.html", rows=queries.imports_of(current_staff), error=error, states=STATES, zone=own_zone())

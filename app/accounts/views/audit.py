"""The audit log: to read and to export, never to change."""

from collections.abc import Iterator
from datetime import date

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts import audit_queries, service
from app.accounts.audit_queries import AuditFilter
from app.accounts.audit_words import KINDS, sentence_of, wording_of
from app.accounts.current import current_staff, own_zone
from app.accounts.permissions import Permission, requires
from app.accounts.views.blueprint import bp
from app.core.clock import now
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.presentation import local_time
from app.core.spreadsheets import csv_lines

PAGE = "settings/audit.html"
PERIODS = {"7": _l("Last 7 days"), "30": _l("Last 30 days"), "all": _l("Any time"), "dates": _l("Choose dates")}


@bp.get("/settings/audit")
@requires(Permission.READ_AUDIT)
def audit_log() -> ResponseReturnValue:
    """One page of lines, newest first."""
    zone, wanted = own_zone(), _wanted()
    lines, next_before = audit_queries.audit_page(current_staff, wanted, zone=zone, before=request.args.get("before", type=row_number))
    asked = {name: value for name, value in request.args.items() if name != "before" and value}
    return page_or_block(
        PAGE,
        "lines",
        lines=lines,
        next_before=next_before,
        is_first="before" not in request.args,
        wanted=wanted,
        asked=asked,
        period=_period(),
        periods=PERIODS,
        kinds=KINDS,
        zone=zone,
        sentence_of=sentence_of,
        wording_of=wording_of,
    )


@bp.get("/settings/audit.csv")
@requires(Permission.READ_AUDIT)
def export_audit() -> ResponseReturnValue:
    """The lines that the filters leave, as a table for spreadsheets. The export is itself a line."""
    zone, wanted = own_zone(), _wanted()
    service.note_audit_export(current_staff, kind=wanted.kind, search=wanted.search)
    head = [_("When"), _("Who"), _("What"), _("From"), _("Action"), _("Time zone")]

    def rows() -> Iterator[list[object]]:
        for line in audit_queries.audit_lines(current_staff, wanted, zone=zone):
            act = line.act
            when = local_time(act.at, zone).isoformat(sep=" ", timespec="seconds")
            yield [when, line.name or "Homeroom", sentence_of(act), act.address, act.action, zone]

    name = f"audit-{local_time(now(), zone):%Y-%m-%d}.csv"
    response = Response(stream_with_context(csv_lines(head, rows())), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _period() -> str:
    asked = request.args.get("period", "7")
    return asked if asked in PERIODS else "7"


def _wanted() -> AuditFilter:
    period = _period()
    since = _day("since") if period == "dates" else None if period == "all" else audit_queries.days_ago(int(period), own_zone())
    return AuditFilter(
        search=request.args.get("q", "").strip()[:100],
        kind=request.args.get("kind", ""),
        since=since,
        until=_day("until") if period == "dates" else None,
        staff_id=request.args.get("staff", type=row_number),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None

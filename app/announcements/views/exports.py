"""A report as a file for spreadsheets: everybody, or those at whom it failed. It leaves line by line, whatever its size."""

from collections.abc import Callable, Iterator

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.channel_words import channel_name
from app.announcements.queries import announcement_visible_to
from app.announcements.queries import exports as queries_exports
from app.announcements.queries.exports import Line
from app.announcements.views.blueprint import pages
from app.announcements.views.report_rows import outcome_words
from app.announcements.views.words import failure_words, language_of, zone_of
from app.core.local_clock import LocalClock, clock_for_records
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.spreadsheets import csv_lines
from app.directory.words import grade_long


@pages.get("/announcements/<int:announcement_id>/failed.csv")
@requires(Permission.READ_ANNOUNCEMENTS)
def failed(announcement_id: int) -> ResponseReturnValue:
    """Everybody at whom it failed."""
    return _file(announcement_id, "failed", queries_exports.failed)


@pages.get("/announcements/<int:announcement_id>/report.csv")
@requires(Permission.READ_ANNOUNCEMENTS)
def everybody(announcement_id: int) -> ResponseReturnValue:
    """Every adult over every channel, and what became of it."""
    return _file(announcement_id, "report", queries_exports.everybody)


def _file(announcement_id: int, name: str, find: Callable[..., Iterator[Line]]) -> Response:
    announcement = announcement_visible_to(asker(), announcement_id)
    clock = clock_for_records(zone_of(announcement))
    if request.method != "HEAD":
        service.note_export(asker(), announcement_id)
    head = [
        _("Students"),
        _("Grade"),
        _("Family"),
        _("Name"),
        _("Address"),
        _("Channel"),
        _("Language"),
        _("What happened"),
        _("Why"),
        _("What to do"),
        _("When"),
    ]
    rows = (_row(one, clock) for one in find(asker(), announcement_id))
    response = Response(stream_with_context(csv_lines(head, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="announcement-{announcement_id}-{name}.csv"'
    return response


def _row(line: Line, clock: LocalClock) -> tuple[object, ...]:
    one, grades = line.contact, "; ".join(grade_long(grade) if grade else "" for grade in line.grades)
    why, advice = failure_words(one.reason, one.channel) if one.reason else ("", "")
    address = for_people(one.address) if (one.address or "").startswith("+") else one.address
    at = clock.full(one.at) if one.at else ""
    whose = ("; ".join(line.students), grades, line.family)
    return (
        *whose,
        one.name,
        address,
        channel_name(one.channel),
        language_of(one.language),
        outcome_words(one.outcome, one.channel),
        why,
        advice,
        at,
    )
